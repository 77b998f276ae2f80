package io.bellwether.batching;

import java.util.List;

/**
 * What to do after an execution threw. A batch must not fail for one bad input in it, so its requests are run again in
 * smaller parts, down to each by itself; a request that was alone has failed. A request with several items stays whole: its
 * answer is one tensor.
 *
 * @param failed requests to answer as failed now
 * @param alone requests to run again apart, in this order; expired ones are not among them
 * @param expired requests whose deadline went by meanwhile, to answer as such
 */
public record FailurePlan<T>(List<Waiting<T>> failed, List<Waiting<T>> alone, List<Waiting<T>> expired) {
    public FailurePlan {
        failed = List.copyOf(failed);
        alone = List.copyOf(alone);
        expired = List.copyOf(expired);
    }

    /**
     * The plan after {@code batch} threw. Before each run the caller asks {@link Waiting#isExpiredAt} again: those before
     * it took time.
     */
    public static <T> FailurePlan<T> after(List<Waiting<T>> batch, long nowNanos) {
        if (batch.isEmpty()) {
            throw new IllegalArgumentException("an empty batch cannot have failed");
        }
        if (batch.size() == 1) {
            return new FailurePlan<>(batch, List.of(), List.of());
        }
        return new FailurePlan<>(
                List.of(),
                batch.stream().filter(w -> !w.isExpiredAt(nowNanos)).toList(),
                batch.stream().filter(w -> w.isExpiredAt(nowNanos)).toList());
    }
}
