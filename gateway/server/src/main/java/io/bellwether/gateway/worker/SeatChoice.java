package io.bellwether.gateway.worker;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Whom a request goes to: the less busy of two, drawn at random from those that may have requests (Mitzenmacher 2001, "The
 * power of two choices in randomized load balancing"). Less busy is where it would be answered earlier, by what both workers
 * told; or, unless both did of late, that with fewer requests of this gateway. One that is on trial comes first, as it takes but one request at a
 * time. When nobody may have requests, all may: better a bad worker than none.
 */
final class SeatChoice {
    private final long slowStartNanos;
    private final long silenceNanosMax;
    private final IntUnaryOperator draw;
    private final LongAdder byTime = new LongAdder();
    private final LongAdder byRequests = new LongAdder();

    /**
     * @param slowStartNanos how long a seat counts as new
     * @param silenceNanosMax how long a worker that tells of its versions may be silent and is still believed
     * @param draw a random number from 0 to below its argument
     */
    SeatChoice(long slowStartNanos, long silenceNanosMax, IntUnaryOperator draw) {
        this.slowStartNanos = slowStartNanos;
        this.silenceNanosMax = silenceNanosMax;
        this.draw = draw;
    }

    /** Choices between two so far by how long a request would take. */
    long byTime() {
        return byTime.sum();
    }

    /** Choices between two so far by the requests of this gateway. */
    long byRequests() {
        return byRequests.sum();
    }

    /**
     * @param except a worker that must not be chosen, or null
     */
    Optional<Seat> among(List<Seat> seats, @Nullable Worker except, long nowNanos) {
        if (seats.size() == 1 && except == null) {
            return Optional.of(seats.get(0));
        }
        List<Seat> in = seats;
        if (except != null || !allIn(seats)) {
            List<Seat> others =
                    seats.stream().filter(seat -> seat.worker() != except).toList();
            in = new ArrayList<>(others.size());
            for (Seat seat : others) {
                if (seat.beginTrial()) {
                    return Optional.of(seat);
                }
                if (seat.isIn()) {
                    in.add(seat);
                }
            }
            in = in.isEmpty() ? others : in;
        }
        return ofTwo(in, nowNanos);
    }

    /** Whom a copy may go to: the less busy of two that do as they should, other than the one that has the request; or nobody. */
    Optional<Seat> spare(List<Seat> seats, Worker holder, long nowNanos) {
        return ofTwo(
                seats.stream()
                        .filter(seat -> seat.worker() != holder && seat.isIn())
                        .toList(),
                nowNanos);
    }

    /** For every request: without a stream. */
    private static boolean allIn(List<Seat> seats) {
        for (Seat seat : seats) {
            if (!seat.isIn()) {
                return false;
            }
        }
        return true;
    }

    private Optional<Seat> ofTwo(List<Seat> seats, long nowNanos) {
        if (seats.size() < 2) {
            return seats.stream().findFirst();
        }
        int first = draw.applyAsInt(seats.size());
        int second = draw.applyAsInt(seats.size() - 1);
        Seat one = seats.get(first);
        Seat other = seats.get(second >= first ? second + 1 : second);
        return Optional.of(isLessBusy(one, other, nowNanos) ? one : other);
    }

    /** By one rule for both: times and requests cannot be compared. */
    private boolean isLessBusy(Seat one, Seat other, long nowNanos) {
        SeatStatus ofOne = one.fresh(nowNanos, silenceNanosMax);
        SeatStatus ofOther = ofOne == null ? null : other.fresh(nowNanos, silenceNanosMax);
        if (ofOne == null || ofOther == null) {
            byRequests.increment();
            return one.load(nowNanos, slowStartNanos) <= other.load(nowNanos, slowStartNanos);
        }
        byTime.increment();
        return one.load(ofOne, nowNanos, slowStartNanos) <= other.load(ofOther, nowNanos, slowStartNanos);
    }
}
