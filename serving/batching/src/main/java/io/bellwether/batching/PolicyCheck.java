package io.bellwether.batching;

import java.util.ArrayList;
import java.util.List;

/** Whether what an operator wrote makes a policy. */
public sealed interface PolicyCheck {

    /** It does. */
    record Sound(BatchingPolicy policy) implements PolicyCheck {}

    /**
     * It does not.
     *
     * @param problems at least one sentence that says what is wrong and how to mend it
     */
    record Nonsense(List<String> problems) implements PolicyCheck {
        public Nonsense {
            problems = List.copyOf(problems);
        }
    }

    /** Checks the numbers by themselves, before the model is loaded. An objective of 0 is none. */
    static PolicyCheck of(long batchItemsMax, long queueRequestsMax, long instances, long objectiveNanos) {
        List<String> problems = new ArrayList<>();
        within("the largest batch", "items", batchItemsMax, 1, BatchingPolicy.BATCH_ITEMS_LIMIT, problems);
        within("the queue", "requests", queueRequestsMax, 1, BatchingPolicy.QUEUE_REQUESTS_LIMIT, problems);
        within("the number of instances", "instances", instances, 1, BatchingPolicy.INSTANCES_LIMIT, problems);
        within("the objective", "ns", objectiveNanos, 0, BatchingPolicy.OBJECTIVE_NANOS_LIMIT, problems);
        return problems.isEmpty()
                ? new Sound(
                        BatchingPolicy.of((int) batchItemsMax, (int) queueRequestsMax, (int) instances, objectiveNanos))
                : new Nonsense(problems);
    }

    /** Checks a policy against what the model takes, after its warm-up. While that is unknown, every policy is sound. */
    static PolicyCheck against(BatchingPolicy policy, LatencyModel latency, int length) {
        if (policy.objectiveNanos() == 0 || !latency.knows(length)) {
            return new Sound(policy);
        }
        long neededNanos = latency.predictNanos(length) + policy.marginNanos();
        return neededNanos <= policy.objectiveNanos()
                ? new Sound(policy)
                : new Nonsense(List.of("the objective is " + micros(policy.objectiveNanos())
                        + " us, but one item alone takes "
                        + micros(neededNanos) + " us with the margin; set an objective of at least "
                        + micros(2 * neededNanos) + " us, so that a request may also wait for the run before it"));
    }

    private static long micros(long nanos) {
        return (nanos + 999) / 1_000;
    }

    private static void within(String what, String unit, long value, long least, long most, List<String> problems) {
        if (value < least || value > most) {
            problems.add(what + " is " + value + " " + unit + "; set it to " + least + " to " + most);
        }
    }
}
