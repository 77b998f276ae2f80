package io.bellwether.batching.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bellwether.batching.Admission;
import io.bellwether.batching.BatchingPolicy;
import io.bellwether.batching.LatencyFit;
import io.bellwether.batching.Plan;
import io.bellwether.batching.RecentArrivals.Arrival;
import io.bellwether.batching.Waiting;
import io.bellwether.batching.simulation.Scenario.Version;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Batchers that each do one thing wrong are found out. */
class InvariantsTest {
    private static final long MILLI = 1_000_000;

    /** Takes what waits, as it came; right for requests with rising deadlines that stay in time. */
    private static class Plain implements Batcher {
        final List<Waiting<Request>> queue = new ArrayList<>();

        @Override
        public Set<Promise> promises() {
            return EnumSet.allOf(Promise.class);
        }

        @Override
        public Admission offer(Waiting<Request> request, long nowNanos) {
            queue.add(request);
            return new Admission.Admitted();
        }

        @Override
        public Plan<Request> onInstanceFree(long nowNanos) {
            return take(2);
        }

        Plan<Request> take(int most) {
            List<Waiting<Request>> batch = new ArrayList<>(queue.subList(0, Math.min(most, queue.size())));
            queue.removeAll(batch);
            return new Plan<>(batch, List.of());
        }

        @Override
        public OptionalLong wakeAtNanos(boolean instanceFree) {
            return OptionalLong.empty();
        }

        @Override
        public List<Waiting<Request>> onTimer(long nowNanos) {
            return List.of();
        }

        @Override
        public Optional<Waiting<Request>> cancel(long id) {
            Optional<Waiting<Request>> found =
                    queue.stream().filter(w -> w.id() == id).findFirst();
            found.ifPresent(queue::remove);
            return found;
        }

        @Override
        public void onExecuted(Plan<Request> plan, long wallNanos, long nowNanos) {
            // Nothing to learn.
        }

        @Override
        public void onAbandoned(Plan<Request> plan, long nowNanos) {
            // Nothing to learn.
        }

        @Override
        public int queuedRequests() {
            return queue.size();
        }
    }

    /** Eight requests, one a millisecond, runs of 2 + b ms, at most two in a batch and six in the queue. */
    private static Result play(Batcher batcher, long budgetNanos, long leavesAfterNanos) {
        List<Request> requests = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            requests.add(new Request(
                    new Arrival(i * MILLI, budgetNanos, 1, 1, 1), i == 5 ? leavesAfterNanos : Request.STAYS, false));
        }
        Version version = new Version(
                "v", () -> batcher, new BatchingPolicy(2, 6, 1), RunTime.of(LatencyFit.exact(2e6, 1e6, 0)), requests);
        return Simulation.run(Scenario.of(version, 42)).get(0);
    }

    private static void assertFound(Batcher batcher, String message) {
        assertThatThrownBy(() -> play(batcher, 90 * MILLI, 100))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("seed 42")
                .hasMessageContaining(message);
    }

    @Test
    void thePlainOneIsRight() {
        assertThat(play(new Plain(), 90 * MILLI, 100).count(Outcome.ON_TIME)).isEqualTo(7);
    }

    @Test
    void oneThatRunsExpiredWork() {
        assertThatThrownBy(() -> play(new Plain(), 2 * MILLI, Request.STAYS)).hasMessageContaining("expired work runs");
    }

    @Test
    void oneThatKeepsExpiredWork() {
        Plain slow = new Plain() {
            @Override
            public Set<Promise> promises() {
                return Set.of(Promise.DEADLINES);
            }

            @Override
            public Plan<Request> onInstanceFree(long nowNanos) {
                List<Waiting<Request>> batch = queue.stream()
                        .filter(w -> !w.isExpiredAt(nowNanos))
                        .limit(1)
                        .toList();
                queue.removeAll(batch);
                return new Plan<>(batch, List.of());
            }
        };
        assertThatThrownBy(() -> play(slow, 4 * MILLI, Request.STAYS)).hasMessageContaining("beyond the deadline");
    }

    @Test
    void oneWhoseBatchesAreTooLarge() {
        assertFound(
                new Plain() {
                    @Override
                    public Plan<Request> onInstanceFree(long nowNanos) {
                        return take(3);
                    }
                },
                "too large");
    }

    @Test
    void oneThatAnswersTwice() {
        assertFound(
                new Plain() {
                    private Plan<Request> last = new Plan<>(List.of(), List.of());

                    @Override
                    public Plan<Request> onInstanceFree(long nowNanos) {
                        last = last.batch().isEmpty() ? take(1) : last;
                        return last;
                    }
                },
                "does not wait");
    }

    @Test
    void oneThatForgetsSomebody() {
        assertFound(
                new Plain() {
                    @Override
                    public Plan<Request> onInstanceFree(long nowNanos) {
                        Plan<Request> plan = take(2);
                        return new Plan<>(plan.batch().subList(0, 1), List.of());
                    }
                },
                "counts otherwise");
    }

    @Test
    void oneThatLetsAnInstanceIdle() {
        assertFound(
                new Plain() {
                    @Override
                    public Plan<Request> onInstanceFree(long nowNanos) {
                        return queue.size() < 2 ? new Plan<>(List.of(), List.of()) : take(2);
                    }
                },
                "idle");
    }

    @Test
    void oneThatTakesTheLatestFirst() {
        assertFound(
                new Plain() {
                    @Override
                    public Plan<Request> onInstanceFree(long nowNanos) {
                        List<Waiting<Request>> batch =
                                new ArrayList<>(queue.subList(Math.max(0, queue.size() - 2), queue.size()));
                        Collections.reverse(batch);
                        queue.removeAll(batch);
                        return new Plan<>(batch, List.of());
                    }
                },
                "order of deadlines");
    }

    @Test
    void oneThatLeavesSomebodyOutOfTheMiddle() {
        assertFound(
                new Plain() {
                    @Override
                    public Plan<Request> onInstanceFree(long nowNanos) {
                        if (queue.size() < 3) {
                            return take(1);
                        }
                        List<Waiting<Request>> batch = List.of(queue.get(0), queue.get(2));
                        queue.removeAll(batch);
                        return new Plan<>(batch, List.of());
                    }
                },
                "left behind");
    }

    @Test
    void oneThatDoesNotFindWhoLeaves() {
        assertFound(
                new Plain() {
                    @Override
                    public Optional<Waiting<Request>> cancel(long id) {
                        return Optional.empty();
                    }
                },
                "cancellation");
    }

    @Test
    void oneWhoseQueueHasNoBound() {
        assertFound(
                new Plain() {
                    @Override
                    public Plan<Request> onInstanceFree(long nowNanos) {
                        return queue.get(0).id() == 7 ? take(2) : new Plan<>(List.of(), List.of());
                    }

                    @Override
                    public Set<Promise> promises() {
                        return Set.of();
                    }
                },
                "queue is too long");
    }

    @Test
    void oneThatWantsToBeWokenForNothing() {
        assertFound(
                new Plain() {
                    @Override
                    public OptionalLong wakeAtNanos(boolean instanceFree) {
                        return queue.isEmpty() ? OptionalLong.empty() : OptionalLong.of(0);
                    }
                },
                "woken");
    }
}
