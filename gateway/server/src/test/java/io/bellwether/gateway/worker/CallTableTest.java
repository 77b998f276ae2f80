package io.bellwether.gateway.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.bellwether.gateway.FakeWorkerLink;
import io.bellwether.gateway.Requests;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.Origin;
import io.bellwether.protocol.hop.GatewayTurn;
import io.bellwether.protocol.hop.HopAnswer;
import io.bellwether.protocol.hop.HopMethod;
import io.bellwether.protocol.hop.HopRequest;
import io.bellwether.protocol.oip.ModelInferRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The calls of a stream, without a stream: every order of what may happen to them. */
class CallTableTest {
    private static final int CALLS_MAX = 4;
    private static final long BYTES_MAX = 400;

    private final CallTable table = new CallTable(new CallTable.Limits(CALLS_MAX, BYTES_MAX));

    /** What may happen to a call, in any order, any number of times. */
    private enum Event {
        TURN,
        CANCEL,
        DEADLINE,
        ANSWER,
        NOT_READY,
        BREAK,
        LEAVE
    }

    @Test
    void theFirstThatEndsACallDecidesAndNothingIsLeftBehind() {
        int events = Event.values().length;
        int depth = 5;
        for (int number = 0; number < Math.pow(events, depth); number++) {
            List<Event> order = new ArrayList<>();
            for (int rest = number, i = 0; i < depth; i++, rest /= events) {
                order.add(Event.values()[rest % events]);
            }
            assertThat(outcome(order)).as("%s", order).isEqualTo(expected(order));
        }
    }

    /** Plays the events on a call of its own; a worker answers only what it was sent, and once. */
    private static @Nullable Reply outcome(List<Event> order) {
        CallTable table = new CallTable(new CallTable.Limits(CALLS_MAX, BYTES_MAX));
        AtomicInteger settled = new AtomicInteger();
        HopCall call = new HopCall(Requests.outgoing("m", "1"), 100, settled::incrementAndGet);
        table.offer(call);
        boolean asked = false;
        boolean ended = false;
        for (Event event : order) {
            switch (event) {
                case TURN -> asked |= !table.nextTurn(0).getRequestsList().isEmpty();
                case CANCEL -> table.cancel(call);
                case DEADLINE -> table.expire(call.deadlineNanos());
                case ANSWER, NOT_READY -> {
                    if (asked && !ended) {
                        assertThat(table.answered(event == Event.ANSWER ? answer(call.id()) : notReady(call.id())))
                                .isTrue();
                        asked = false;
                    }
                }
                case BREAK, LEAVE -> {
                    table.end(event == Event.LEAVE);
                    ended = true;
                }
            }
        }
        if (call.isOver() && !asked) {
            assertThat(table.calls()).isZero();
        }
        assertThat(settled).as("%s", order).hasValue(call.isOver() && table.calls() == 0 ? 1 : 0);
        return call.reply().toCompletableFuture().getNow(null);
    }

    /** The same told plainly. */
    private static @Nullable Reply expected(List<Event> order) {
        boolean sent = false;
        for (Event event : order) {
            switch (event) {
                case TURN -> sent = true;
                case CANCEL -> {
                    return failed(FailureReason.CANCELLED, sent);
                }
                case DEADLINE -> {
                    return failed(FailureReason.DEADLINE_EXCEEDED, sent);
                }
                case BREAK -> {
                    return failed(FailureReason.WORKER_UNAVAILABLE, sent);
                }
                case LEAVE -> {
                    return failed(FailureReason.WORKER_UNAVAILABLE, false);
                }
                case ANSWER -> {
                    if (sent) {
                        return FakeWorkerLink.answered(Requests.answer(Requests.raw("m", "1")));
                    }
                }
                case NOT_READY -> {
                    if (sent) {
                        return new Reply.Failed(FailureReason.NOT_READY, "draining", false);
                    }
                }
            }
        }
        return null;
    }

    @Test
    void atRandomEachCallHasOneOutcomeAndTheLimitsHold() {
        long seed = Long.getLong("seed", System.nanoTime());
        for (int round = 0; round < 300; round++) {
            playAtRandom(seed + round);
        }
    }

    private static void playAtRandom(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        CallTable table = new CallTable(new CallTable.Limits(CALLS_MAX, BYTES_MAX));
        List<HopCall> calls = new ArrayList<>();
        List<HopRequest> atWorker = new ArrayList<>();
        long now = 0;
        for (int step = 0; step < 200; step++) {
            now += random.nextInt(5);
            switch (random.nextInt(5)) {
                case 0 -> {
                    HopCall call = call(now + 1 + random.nextInt(40));
                    calls.add(call);
                    table.offer(call);
                }
                case 1 -> atWorker.addAll(table.nextTurn(now).getRequestsList());
                case 2 -> {
                    if (!calls.isEmpty()) {
                        table.cancel(calls.get(random.nextInt(calls.size())));
                    }
                }
                case 3 -> table.expire(now);
                default -> {
                    if (!atWorker.isEmpty()) {
                        HopRequest done = atWorker.remove(random.nextInt(atWorker.size()));
                        assertThat(table.answered(answer(done.getId())))
                                .as("-Dseed=%d", seed)
                                .isTrue();
                    }
                }
            }
            assertThat(table.calls()).as("-Dseed=%d", seed).isBetween(atWorker.size(), CALLS_MAX);
        }
        table.end(false);
        assertThat(calls).as("-Dseed=%d", seed).allMatch(HopCall::isOver);
        assertThat(table.calls()).as("-Dseed=%d", seed).isZero();
    }

    @Test
    void aReplyMayBringTheNextCallAtOnce() {
        // Given
        HopCall first = call(100);
        HopCall next = call(100);
        table.offer(first);
        GatewayTurn sent = table.nextTurn(0);
        var unused = first.reply().thenAccept(reply -> table.offer(next));

        // When
        table.answered(answer(sent.getRequests(0).getId()));

        // Then
        assertThat(table.nextTurn(0).getRequestsList()).singleElement().satisfies(request -> assertThat(request.getId())
                .isEqualTo(next.id()));
    }

    @Test
    void theBudgetIsWhatIsLeftWhenTheRequestIsSent() {
        // Given
        table.offer(call(100));

        // When
        GatewayTurn turn = table.nextTurn(30);

        // Then
        assertThat(turn.getRequests(0).getBudgetNanos()).isEqualTo(70);
    }

    @Test
    void aLateCallIsNotSent() {
        // Given
        HopCall call = call(100);
        table.offer(call);

        // When
        GatewayTurn turn = table.nextTurn(100);

        // Then
        assertThat(turn.getRequestsCount()).isZero();
        assertThat(call.reply().toCompletableFuture().join()).isEqualTo(failed(FailureReason.DEADLINE_EXCEEDED, false));
    }

    @Test
    void aTurnIsNotLongerThanItShouldBe() {
        // Given
        CallTable wide = new CallTable(new CallTable.Limits(100, Long.MAX_VALUE));
        for (int i = 0; i < 3; i++) {
            wide.offer(sized(HopMethod.TURN_BYTES / 2));
        }
        wide.offer(sized(2 * HopMethod.TURN_BYTES));

        // When
        List<Integer> requests = new ArrayList<>();
        while (wide.hasTurn()) {
            requests.add(wide.nextTurn(0).getRequestsCount());
        }

        // Then
        assertThat(requests).containsExactly(1, 1, 1, 1);
    }

    @Test
    void bytesBeyondTheLimitAreRefusedButForOneCallAlone() {
        // Given
        HopCall large = sized(1_000);
        HopCall small = call(100);

        // When
        table.offer(large);
        table.offer(small);

        // Then
        assertThat(large.isOver()).isFalse();
        assertThat(small.reply().toCompletableFuture().join()).isInstanceOfSatisfying(Reply.Failed.class, failed -> {
            assertThat(failed.reason()).isEqualTo(FailureReason.QUEUE_FULL);
            assertThat(failed.started()).isFalse();
        });
    }

    @Test
    void theBytesOfACallAreThoseOfItsRequestAndWhereItCounts() {
        // Given
        Outgoing plain = Requests.outgoing("m", "1");
        Origin origin = new Origin(1, "CONTROL", "r".repeat((int) BYTES_MAX), "");
        HopCall large = new HopCall(new Outgoing(plain.inference(), Optional.of(origin), false, false), 100, () -> {});

        // When
        table.offer(call(100));
        table.offer(large);

        // Then
        assertThat(large.bytes())
                .isEqualTo(
                        plain.inference().getSerializedSize() + origin.message().getSerializedSize());
        assertThat(large.isOver()).as("no room for it").isTrue();
    }

    private static HopCall call(long deadlineNanos) {
        return new HopCall(Requests.outgoing("m", "1"), deadlineNanos, () -> {});
    }

    private static HopCall sized(int tensorBytes) {
        ModelInferRequest request = Requests.raw("m", "1").toBuilder()
                .setRawInputContents(0, ByteString.copyFrom(new byte[tensorBytes]))
                .build();
        return new HopCall(Outgoing.uncounted(request), 100, () -> {});
    }

    private static HopAnswer answer(long id) {
        return HopAnswer.newBuilder()
                .setId(id)
                .setInference(Requests.answer(Requests.raw("m", "1")))
                .build();
    }

    private static HopAnswer notReady(long id) {
        return FakeHop.refusal("NOT_READY", "draining").toBuilder().setId(id).build();
    }

    private static Reply failed(FailureReason reason, boolean started) {
        return new Reply.Failed(reason, WorkerStatus.sentence(reason), started);
    }
}
