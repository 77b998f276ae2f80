package io.bellwether.benchmark.run;

import io.bellwether.benchmark.judge.BellwetherJudge;
import io.bellwether.benchmark.judge.Contestant;
import io.bellwether.benchmark.judge.Judge;
import io.bellwether.benchmark.judge.Verdict;
import io.bellwether.benchmark.judge.Watch;
import io.bellwether.benchmark.trace.Scenario;
import io.bellwether.benchmark.trace.Trace;
import io.bellwether.benchmark.trace.TraceSlot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Plays one trace to all judges at once, until each of them has given its verdict. */
public final class RolloutPlay {
    private RolloutPlay() {}

    /** The verdicts on one rollout, in the order of the contestants. */
    public static List<RolloutResult> play(Scenario scenario, long seed, List<Contestant> contestants) {
        Trace trace = Trace.of(scenario, seed);
        Watch watch = new Watch(
                scenario.horizonMinutes(),
                scenario.traffic().entities() > 0,
                scenario.effect().sliceShare() < 1,
                trace.history());
        List<Seat> seats = new ArrayList<>();
        for (Contestant contestant : contestants) {
            seats.add(new Seat(contestant.name(), contestant.judge().apply(watch)));
        }
        Exposure exposure = new Exposure();
        while (trace.hasNext() && seats.stream().anyMatch(Seat::undecided)) {
            TraceSlot slot = trace.next();
            exposure.add(slot);
            for (Seat seat : seats) {
                seat.observe(slot, exposure);
            }
        }
        return seats.stream().map(seat -> seat.result(scenario, seed, exposure)).toList();
    }

    /** What the candidate has done so far. */
    private static final class Exposure {
        private long second;
        private long requests;
        private long bad;
        private double costMicroUsd;

        void add(TraceSlot slot) {
            second = slot.second() + 1;
            requests += slot.candidate().requests();
            bad += slot.harm().badRequests();
            costMicroUsd += slot.harm().costMicroUsd();
        }

        Ending ending(Verdict verdict) {
            return new Ending(verdict, second, requests, bad, costMicroUsd);
        }
    }

    private record Ending(Verdict verdict, long second, long requests, long bad, double costMicroUsd) {}

    /** A judge and its verdict, once there is one. */
    private static final class Seat {
        private final String name;
        private final Judge judge;
        private Optional<Ending> ending = Optional.empty();

        Seat(String name, Judge judge) {
            this.name = name;
            this.judge = judge;
        }

        boolean undecided() {
            return ending.isEmpty();
        }

        void observe(TraceSlot slot, Exposure exposure) {
            if (undecided()) {
                ending = judge.observe(slot).map(exposure::ending);
            }
        }

        RolloutResult result(Scenario scenario, long seed, Exposure exposure) {
            Ending end = ending.orElseGet(() -> exposure.ending(judge.atHorizon()));
            long suffices = judge instanceof BellwetherJudge ours
                    ? ours.sufficedSecond().orElse(-1L)
                    : -1;
            return new RolloutResult(
                    scenario.name(),
                    seed,
                    name,
                    end.verdict(),
                    end.second(),
                    end.requests(),
                    end.bad(),
                    end.costMicroUsd(),
                    suffices);
        }
    }
}
