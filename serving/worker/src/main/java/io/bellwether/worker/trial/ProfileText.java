package io.bellwether.worker.trial;

import io.bellwether.batching.InstanceChoice;
import io.bellwether.batching.InstanceProfile;
import io.bellwether.batching.InstanceProfile.Measured;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A profile as text of one line: {@code items INSTANCESxTHREADS:ITEMS_PER_SECOND:ROW_NANOS:READY_SHARE ...}. What comes from a
 * process in which foreign programs run is checked when it is read.
 */
final class ProfileText {
    private static final int CHARACTERS_MAX = 4_096;
    private static final Pattern PAIR = Pattern.compile(
            "([0-9]{1,3})x([0-9]{1,3}):([0-9]{1,15}\\.[0-9]{1,3}):([0-9]{1,18}):([0-9]{1,3}\\.[0-9]{1,3})");

    private ProfileText() {}

    static String write(InstanceProfile profile) {
        return profile.batchItems() + " "
                + profile.table().stream().map(ProfileText::write).collect(Collectors.joining(" "));
    }

    private static String write(Measured one) {
        return String.format(
                Locale.ROOT,
                "%dx%d:%.3f:%d:%.3f",
                one.pair().instances(),
                one.pair().threads(),
                one.itemsPerSecond(),
                one.rowNanos(),
                one.readyShare());
    }

    /** Empty when it is none. */
    static Optional<InstanceProfile> read(String text) {
        String[] parts = text.split(" ", -1);
        if (text.length() > CHARACTERS_MAX || parts.length < 2 || !parts[0].matches("[0-9]{1,4}")) {
            return Optional.empty();
        }
        List<Measured> table = new ArrayList<>();
        for (String part : List.of(parts).subList(1, parts.length)) {
            Matcher pair = PAIR.matcher(part);
            if (!pair.matches()) {
                return Optional.empty();
            }
            try {
                table.add(new Measured(
                        new InstanceChoice(Integer.parseInt(pair.group(1)), Integer.parseInt(pair.group(2))),
                        Double.parseDouble(pair.group(3)),
                        Long.parseLong(pair.group(4)),
                        Double.parseDouble(pair.group(5))));
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        }
        return Optional.of(new InstanceProfile(Integer.parseInt(parts[0]), table));
    }

    /** For people: {@code 2x1 9120.3/s 0.21ms 0.99}, one pair after the other. */
    static String shown(InstanceProfile profile) {
        return profile.table().stream()
                .map(one -> String.format(
                        Locale.ROOT,
                        "%dx%d %.1f/s %.3fms %.2f",
                        one.pair().instances(),
                        one.pair().threads(),
                        one.itemsPerSecond(),
                        one.rowNanos() / 1e6,
                        one.readyShare()))
                .collect(Collectors.joining(", "));
    }
}
