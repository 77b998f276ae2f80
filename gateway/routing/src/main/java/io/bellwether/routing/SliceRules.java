package io.bellwether.routing;

import io.bellwether.controlapi.log.Slice;
import io.bellwether.routing.Problem.Kind;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Rules of the slices that a rollout declares. */
final class SliceRules {
    private static final Pattern BY = Pattern.compile("[A-Za-z0-9-]{1,64}");
    private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private SliceRules() {}

    static void check(List<Problem> problems, List<Slice> slices) {
        int values = slices.stream().mapToInt(Slice::getValuesCount).sum();
        if (slices.size() > Slices.PROPERTIES_MAX || values > Slices.VALUES_MAX) {
            problems.add(new Problem(
                    Kind.INVALID,
                    "guardrails.slices",
                    "the slices are told apart by " + slices.size() + " properties with " + values
                            + " values, expected at most " + Slices.PROPERTIES_MAX + " and " + Slices.VALUES_MAX,
                    "declare those whose harm would matter most: all slices share one part of the error budget"));
            return;
        }
        Set<String> properties = new HashSet<>();
        for (int i = 0; i < slices.size(); i++) {
            String field = "guardrails.slices[" + i + "]";
            Slice slice = slices.get(i);
            if (!BY.matcher(slice.getBy()).matches()) {
                problems.add(new Problem(
                        Kind.INVALID,
                        field + ".by",
                        "'" + CommandCheck.shown(slice.getBy()) + "' is nothing to tell slices apart by",
                        "give tenant, or the name of a request header: 1 to 64 characters A-Z a-z 0-9 -"));
            } else if (!properties.add(slice.getBy().toLowerCase(Locale.ROOT))) {
                problems.add(new Problem(
                        Kind.INVALID,
                        field + ".by",
                        "slices are told apart by '" + slice.getBy() + "' twice",
                        "list all of its values once"));
            }
            values(problems, field, slice);
        }
    }

    private static void values(List<Problem> problems, String field, Slice slice) {
        if (slice.getValuesCount() == 0) {
            problems.add(new Problem(
                    Kind.INVALID,
                    field + ".values",
                    field + " declares no value",
                    "list the values that are slices; what is not listed is in none"));
        }
        Set<String> known = new HashSet<>();
        for (String value : slice.getValuesList()) {
            if (!VALUE.matcher(value).matches()) {
                problems.add(new Problem(
                        Kind.INVALID,
                        field + ".values",
                        "'" + CommandCheck.shown(value) + "' is not a value of a slice",
                        "give 1 to 64 letters, digits, '.', '_' or '-'"));
            } else if (!known.add(value)) {
                problems.add(new Problem(
                        Kind.INVALID, field + ".values", "the value '" + value + "' comes twice", "keep one of them"));
            }
        }
    }
}
