package io.bellwether.monitoring.recorded;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Times and e-values for people. */
final class EvidenceText {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("MM-dd HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneOffset.UTC);
    /** Beyond it an e-value is shown as a power of ten. */
    private static final double LN_MILLION = Math.log(1e6);

    private EvidenceText() {}

    /** A time in UTC; a dash for 0. */
    static String at(long millis) {
        return millis == 0 ? "-" : TIME.format(Instant.ofEpochMilli(millis));
    }

    /** An e-value from its natural logarithm. */
    static String eValue(double logE) {
        return logE > LN_MILLION
                ? "1e" + (long) Math.floor(logE / Math.log(10))
                : String.format(Locale.ROOT, "%.3g", Math.exp(logE));
    }
}
