package io.bellwether.monitoring.recorded;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a point in time as people give it: {@code 2026-03-01T10:00:00Z}, or how long ago, {@code 90m}. */
final class Times {
    private static final Pattern AGO = Pattern.compile("(\\d{1,6})([smhd])");

    private Times() {}

    /** Milliseconds since the epoch; empty if it is neither. */
    static OptionalLong parse(String text, long nowMillis) {
        Matcher ago = AGO.matcher(text);
        if (ago.matches()) {
            return OptionalLong.of(nowMillis - Long.parseLong(ago.group(1)) * unitMillis(ago.group(2)));
        }
        try {
            return OptionalLong.of(Instant.parse(text).toEpochMilli());
        } catch (DateTimeParseException | ArithmeticException e) {
            return OptionalLong.empty();
        }
    }

    private static long unitMillis(String unit) {
        return switch (unit) {
            case "s" -> 1_000;
            case "m" -> 60_000;
            case "h" -> 3_600_000;
            default -> 86_400_000;
        };
    }
}
