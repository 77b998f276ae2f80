package io.bellwether.routing;

import io.bellwether.controlapi.log.CreateRollout;
import io.bellwether.controlapi.log.Target;
import io.bellwether.routing.Problem.Kind;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Rules of the target of a new rollout: some tenants or some values of a header, few and short enough to be looked at with
 * each request.
 */
final class TargetRules {

    static final int NAMES_MAX = 16;

    private static final Pattern TENANT = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9-]{1,64}");
    private static final Pattern VALUE = Pattern.compile("[!-~]([ -~]{0,62}[!-~])?");

    private TargetRules() {}

    static void check(List<Problem> problems, CreateRollout create) {
        Target target = create.getTarget();
        boolean byHeader = !target.getHeader().isEmpty() || target.getValuesCount() > 0;
        if (byHeader == (target.getTenantsCount() > 0)) {
            problems.add(new Problem(
                    Kind.INVALID,
                    "target",
                    byHeader ? "the target names tenants and a header" : "the target names nobody",
                    "give tenants, or a header with values; leave the target out for everybody"));
            return;
        }
        if (!byHeader) {
            names(
                    problems,
                    "target.tenants",
                    target.getTenantsList(),
                    TENANT,
                    "1 to 64 letters, digits, '-', '_' or '.'");
            return;
        }
        if (!HEADER.matcher(target.getHeader()).matches()) {
            problems.add(new Problem(
                    Kind.INVALID,
                    "target.header",
                    "target.header '" + CommandCheck.shown(target.getHeader()) + "' is not the name of a header",
                    "give 1 to 64 characters A-Z a-z 0-9 -"));
        }
        names(
                problems,
                "target.values",
                target.getValuesList(),
                VALUE,
                "1 to 64 printable characters without a space at either end");
        fewClients(problems, create);
    }

    private static void names(
            List<Problem> problems, String field, List<String> names, Pattern pattern, String expected) {
        if (names.isEmpty() || names.size() > NAMES_MAX) {
            problems.add(new Problem(
                    Kind.INVALID,
                    field,
                    field + " has " + names.size() + " entries, expected 1 to " + NAMES_MAX,
                    "name fewer, or let the clients send a header that groups them"));
            return;
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            String where = field + "[" + i + "]";
            if (!pattern.matcher(name).matches()) {
                problems.add(new Problem(
                        Kind.INVALID,
                        where,
                        where + " '" + CommandCheck.shown(name) + "' is not valid",
                        "give " + expected));
            } else if (!seen.add(name)) {
                problems.add(
                        new Problem(Kind.INVALID, where, where + " '" + name + "' comes twice", "keep one of them"));
            }
        }
    }

    /** As many clients as values: too few for any judgement. */
    private static void fewClients(List<Problem> problems, CreateRollout create) {
        if (create.getAutomatic() && create.getTarget().getHeader().equalsIgnoreCase(create.getKeyHeader())) {
            problems.add(new Problem(
                    Kind.INVALID,
                    "target.header",
                    "target and key header are both '" + CommandCheck.shown(create.getKeyHeader()) + "', so the rollout"
                            + " has at most " + NAMES_MAX + " clients, too few to judge by",
                    "target by another header, leave the key header out, or make the rollout manual"));
        }
    }
}
