package io.bellwether.gateway.call;

import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.Refusal;
import io.bellwether.protocol.WireNames;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * When a client that was turned away should come back.
 *
 * @param millis from now, at least 1
 */
public record RetryAfter(long millis) {
    private static final long MILLIS_PER_SECOND = 1_000;
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final Set<FailureReason> LATER = EnumSet.of(
            FailureReason.QUEUE_FULL,
            FailureReason.OVER_QUOTA,
            FailureReason.SLO_UNATTAINABLE,
            FailureReason.NOT_READY);

    /**
     * Empty where coming back does not help. Rounded up, so that nobody comes too early; a second where whoever refused did
     * not say more.
     */
    public static Optional<RetryAfter> of(Refusal refusal) {
        if (!LATER.contains(refusal.reason())) {
            return Optional.empty();
        }
        long nanos = refusal.retryAfterNanos();
        return Optional.of(new RetryAfter(nanos <= 0 ? MILLIS_PER_SECOND : up(nanos, NANOS_PER_MILLI)));
    }

    /** Gives both HTTP headers to whoever writes them: whole seconds for all clients, milliseconds for those that know them. */
    public void write(BiConsumer<String, String> header) {
        header.accept("Retry-After", Long.toString(up(millis, MILLIS_PER_SECOND)));
        header.accept(WireNames.HEADER_RETRY_AFTER_MILLIS, Long.toString(millis));
    }

    private static long up(long value, long unit) {
        return value / unit + (value % unit == 0 ? 0 : 1);
    }
}
