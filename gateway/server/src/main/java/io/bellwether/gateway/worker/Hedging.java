package io.bellwether.gateway.worker;

import io.bellwether.gateway.call.Alarms;
import io.bellwether.gateway.call.Cancellation;
import io.bellwether.gateway.call.Timekeeper;
import io.bellwether.protocol.FailureReason;
import io.bellwether.routing.hedge.HedgeGate;
import io.bellwether.routing.hedge.HedgeTerms;
import io.bellwether.routing.hedge.HedgeVerdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/**
 * Sends requests whose models are hedged: one that is not answered after a while goes to a second worker of its version as
 * well, and the first answer is the answer. {@link HedgeGate} decides when, and {@link Race} what comes of it. A copy counts at
 * its worker as if it had come past no gateway, so that what it costs is counted and no cell has a request twice.
 */
public final class Hedging {
    private final Dispatch dispatch;
    private final WorkerDirectory directory;
    private final HedgeTerms terms;
    private final Alarms alarms;
    private final Timekeeper time;
    private final HedgeCounts counts = new HedgeCounts();
    private final Map<Served, HedgeGate> gates = new ConcurrentHashMap<>();

    /** How long the answers of a version are waited for before a copy is thought of. */
    public record Delay(String model, String version, long nanos) {}

    private record Served(String model, String version) {}

    public Hedging(Dispatch dispatch, WorkerDirectory directory, HedgeTerms terms, Alarms alarms, Timekeeper time) {
        this.dispatch = dispatch;
        this.directory = directory;
        this.terms = terms;
        this.alarms = alarms;
        this.time = time;
    }

    public HedgeCounts counts() {
        return counts;
    }

    /**
     * Sends a request that may be computed twice, as {@link Dispatch#send} does one that may not.
     *
     * @param deadlineNanos on the clock of the {@link Timekeeper}
     * @param busy whether there is much to do already; asked when a copy is thought of
     */
    public CompletionStage<Reply> send(
            Outgoing request, long deadlineNanos, Cancellation cancellation, BooleanSupplier busy) {
        if (!terms.hedges(request.inference().getModelName())) {
            return dispatch.send(request, deadlineNanos, cancellation);
        }
        Optional<Seat> seat = dispatch.first(request);
        if (seat.isEmpty()) {
            return dispatch.nobody(request);
        }
        return new Hedged(request, seat.get(), deadlineNanos, cancellation, busy).send();
    }

    /** The delays that are known; forgets versions that no worker has any more. */
    public List<Delay> delays() {
        Map<String, Fleet.Model> known = directory.fleet().models();
        gates.keySet().removeIf(served -> {
            Fleet.Model model = known.get(served.model());
            return model == null || !model.versions().containsKey(served.version());
        });
        List<Delay> delays = new ArrayList<>();
        gates.forEach((served, gate) -> {
            long nanos = gate.delayNanos();
            if (nanos != HedgeGate.NEVER) {
                delays.add(new Delay(served.model(), served.version(), nanos));
            }
        });
        return delays;
    }

    private HedgeGate gate(Outgoing request) {
        return gates.computeIfAbsent(
                new Served(
                        request.inference().getModelName(), request.inference().getModelVersion()),
                served -> new HedgeGate(terms.settings(), time.nanos()));
    }

    /** One request. */
    private final class Hedged {
        private final Outgoing request;
        private final Seat seat;
        private final long deadlineNanos;
        private final BooleanSupplier busy;
        private final Race race;
        private final HedgeGate gate;
        private final long sentNanos = time.nanos();
        private long delayNanos;
        private Runnable undo = () -> {};

        Hedged(Outgoing request, Seat seat, long deadlineNanos, Cancellation cancellation, BooleanSupplier busy) {
            this.request = request;
            this.seat = seat;
            this.deadlineNanos = deadlineNanos;
            this.busy = busy;
            this.race = new Race(cancellation);
            this.gate = gate(request);
        }

        CompletionStage<Reply> send() {
            delayNanos = gate.onSent(sentNanos);
            if (delayNanos < deadlineNanos - sentNanos) {
                undo = alarms.after(delayNanos, this::copy);
            }
            CompletionStage<Reply> unused = dispatch.sendTo(seat, request, deadlineNanos, race.first())
                    .whenComplete((reply, impossible) -> firstReplied(reply));
            return race.outcome();
        }

        private void firstReplied(Reply reply) {
            undo.run();
            long nowNanos = time.nanos();
            long tookNanos = nowNanos - sentNanos;
            // What was overtaken, or too late, took longer than the delay; what failed at once says nothing.
            if (reply instanceof Reply.Answered || tookNanos >= delayNanos) {
                gate.onTime(tookNanos, nowNanos);
            }
            if (race.firstReplied(reply) == Race.Next.RETRY && reply instanceof Reply.Failed failed) {
                CompletionStage<Reply> unused = dispatch.again(seat, failed, request, deadlineNanos, race.first())
                        .whenComplete((last, impossible) -> race.retried(last));
            }
        }

        private void copy() {
            if (!race.isOpen()) {
                return;
            }
            Optional<Seat> other = directory.spare(
                    request.inference().getModelName(), request.inference().getModelVersion(), seat.worker());
            HedgeVerdict verdict = gate.decide(busy.getAsBoolean(), other.isPresent(), time.nanos());
            if (verdict != HedgeVerdict.GOES || other.isEmpty()) {
                counts.withheld(verdict);
            } else if (race.beginCopy()) {
                Outgoing second = new Outgoing(request.inference(), Optional.empty(), false, request.unasked());
                CompletionStage<Reply> unused = dispatch.sendTo(other.get(), second, deadlineNanos, race.copy())
                        .whenComplete((reply, impossible) -> copyReplied(reply));
            }
        }

        private void copyReplied(Reply reply) {
            if (reply instanceof Reply.Failed failed
                    && failed.started()
                    && failed.reason() == FailureReason.WORKER_UNAVAILABLE) {
                gate.onLost(time.nanos());
            }
            counts.ended(race.copyReplied(reply));
        }
    }
}
