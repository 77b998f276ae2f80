package io.bellwether.loadtests.simulation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/**
 * The ways between processes. A message may be lost, come twice, late or after a later one; a {@link Pipe} is a connection,
 * which does none of these but stands still while its way is blocked. A way can be blocked in one direction alone.
 */
final class Network {
    private static final long DELAY_NANOS_MAX = 4 * Agenda.MILLI;
    private static final long BLOCKED_LOOK_NANOS = 50 * Agenda.MILLI;

    private final Agenda agenda;
    private final Random random;
    private final Map<Way, Integer> blocks = new HashMap<>();
    private double lossShare = 0.01;
    private double doubleShare = 0.01;
    private long delayNanosMax = DELAY_NANOS_MAX;
    private long lost;
    private long doubled;

    private record Way(Host from, Host to) {}

    Network(Agenda agenda, long seed) {
        this.agenda = agenda;
        this.random = new Random(seed);
    }

    /** Messages lost so far, blocked ones included. */
    long lost() {
        return lost;
    }

    /** Messages that came twice so far. */
    long doubled() {
        return doubled;
    }

    void block(Host from, Host to) {
        blocks.merge(new Way(from, to), 1, Integer::sum);
    }

    void unblock(Host from, Host to) {
        blocks.computeIfPresent(new Way(from, to), (way, count) -> count == 1 ? null : count - 1);
    }

    /** From now on messages are lost and doubled so often. */
    void lose(double lossShareNow, double doubleShareNow) {
        lossShare = lossShareNow;
        doubleShare = doubleShareNow;
    }

    /** From now on a message takes at most so long, and overtakes those that take longer. */
    void slowDown(long nanosMax) {
        delayNanosMax = nanosMax;
    }

    /** All is well again, for good. */
    void heal() {
        blocks.clear();
        lossShare = 0;
        doubleShare = 0;
        delayNanosMax = DELAY_NANOS_MAX;
    }

    private boolean isOpen(Host from, Host to) {
        return !blocks.containsKey(new Way(from, to));
    }

    /** Whether a question would be answered now, were neither lost on the way. */
    boolean answers(Host from, Host to) {
        return to.isUp() && !to.isPaused() && isOpenBothWays(from, to);
    }

    boolean isOpenBothWays(Host one, Host other) {
        return isOpen(one, other) && isOpen(other, one);
    }

    void send(Host from, Host to, Runnable arrival) {
        if (!isOpen(from, to) || random.nextDouble() < lossShare) {
            lost++;
            return;
        }
        arrive(to, arrival);
        if (random.nextDouble() < doubleShare) {
            doubled++;
            arrive(to, arrival);
        }
    }

    private void arrive(Host to, Runnable arrival) {
        agenda.after(delayNanos(), () -> to.deliver(arrival));
    }

    private long delayNanos() {
        return 1 + (long) (random.nextDouble() * delayNanosMax);
    }

    Pipe pipe(Host from, Host to) {
        return new Pipe(from, to);
    }

    /** One direction of a connection: everything arrives once and in order, or the connection is closed. */
    final class Pipe {
        private final Host from;
        private final Host to;
        private final int toRun;
        private final Deque<Runnable> underWay = new ArrayDeque<>();
        private boolean closed;

        private Pipe(Host from, Host to) {
            this.from = from;
            this.to = to;
            this.toRun = to.run();
        }

        void send(Runnable arrival) {
            underWay.add(arrival);
            if (underWay.size() == 1) {
                agenda.after(delayNanos(), this::arrive);
            }
        }

        void close() {
            closed = true;
        }

        private void arrive() {
            if (closed || to.run() != toRun) {
                underWay.clear();
            } else if (!isOpen(from, to) || to.isPaused()) {
                agenda.after(BLOCKED_LOOK_NANOS, this::arrive);
            } else {
                // What is sent meanwhile waits its turn, so the count that tells a first one falls to zero only at the
                // end.
                int due = underWay.size();
                for (int i = 0; i < due; i++) {
                    to.deliver(underWay.element());
                    underWay.remove();
                }
                if (!underWay.isEmpty()) {
                    agenda.after(delayNanos(), this::arrive);
                }
            }
        }
    }
}
