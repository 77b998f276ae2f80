package io.bellwether.batching.simulation;

import io.bellwether.batching.simulation.Scenario.Outage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * A scenario in virtual time, event by event. At one moment runs end first, then the device crashes or comes up, clients
 * leave, deadlines are reached, and requests arrive last; after each, idle instances take what waits.
 *
 * <p>At each step it checks what holds for every policy: one outcome for each request, in no batch without having waited, no
 * batch above the largest, no queue above its bound, a cancellation that finds what waits; and what the {@link Batcher}
 * promises. Cost: about a microsecond for each request beside that of the policy.
 */
public final class Simulation {
    /** Less than this of a run is no run. */
    private static final double OVER_NANOS = 0.5;

    private record Departure(long atNanos, Course course, int id) {}

    private final Scenario scenario;
    private final List<Course> courses = new ArrayList<>();
    private final List<Job> jobs = new ArrayList<>();
    private final PriorityQueue<Departure> departures =
            new PriorityQueue<>(Comparator.comparingLong(Departure::atNanos).thenComparingInt(Departure::id));
    private int outage;
    private boolean up = true;
    private long nowNanos = Long.MIN_VALUE;

    private Simulation(Scenario scenario) {
        this.scenario = scenario;
        for (int i = 0; i < scenario.versions().size(); i++) {
            courses.add(new Course(scenario.versions().get(i), scenario.seed() + i));
        }
    }

    /**
     * Runs a scenario to its end, when each request has its outcome.
     *
     * @return what became of each version, in the order of the scenario
     * @throws IllegalStateException when something does not hold that must; the message has the seed, the version and the
     *     moment
     */
    public static List<Result> run(Scenario scenario) {
        return new Simulation(scenario).run();
    }

    private List<Result> run() {
        try {
            for (long at = nextNanos(); at != Long.MAX_VALUE; at = nextNanos()) {
                advance(at);
                step();
            }
            settled();
            return courses.stream().map(Course::result).toList();
        } catch (IllegalStateException e) {
            throw new IllegalStateException(
                    "seed " + scenario.seed() + ", at " + nowNanos + " ns, versions "
                            + courses.stream().map(Course::name).toList() + ": " + e.getMessage(),
                    e);
        }
    }

    private long nextNanos() {
        long next = Math.min(nextEndNanos(), nextOutageNanos());
        next = Math.min(
                next, departures.isEmpty() ? Long.MAX_VALUE : departures.peek().atNanos());
        for (Course course : courses) {
            next = Math.min(next, course.nextArrivalNanos());
            next = Math.min(next, course.wakeAtNanos().orElse(Long.MAX_VALUE));
        }
        return next;
    }

    private double speed() {
        return Math.min(1, scenario.device().processors() / (double) Math.max(1, jobs.size()));
    }

    private long nextEndNanos() {
        double least = Double.POSITIVE_INFINITY;
        for (Job job : jobs) {
            least = Math.min(least, job.leftNanos);
        }
        return jobs.isEmpty() ? Long.MAX_VALUE : nowNanos + (long) Math.ceil(Math.max(0, least - OVER_NANOS) / speed());
    }

    private long nextOutageNanos() {
        if (outage == scenario.device().outages().size()) {
            return Long.MAX_VALUE;
        }
        Outage next = scenario.device().outages().get(outage);
        return up ? next.atNanos() : next.atNanos() + next.downNanos();
    }

    private void advance(long toNanos) {
        if (toNanos <= nowNanos) {
            return;
        }
        settled();
        double done = jobs.isEmpty() ? 0 : (double) (toNanos - nowNanos) * speed();
        for (Job job : jobs) {
            job.leftNanos -= done;
        }
        nowNanos = toNanos;
    }

    /** Nothing more happens at this moment. */
    private void settled() {
        for (Course course : courses) {
            course.settled(nowNanos);
        }
    }

    /** One event of this moment. */
    private void step() {
        for (Job job : jobs) {
            if (job.leftNanos <= OVER_NANOS) {
                ended(job);
                return;
            }
        }
        if (nextOutageNanos() <= nowNanos) {
            turn();
            return;
        }
        if (!departures.isEmpty() && departures.peek().atNanos() <= nowNanos) {
            Departure departure = departures.remove();
            departure.course().leave(departure.id(), nowNanos);
            dispatch(departure.course());
            return;
        }
        for (Course course : courses) {
            if (course.wakeAtNanos().orElse(Long.MAX_VALUE) <= nowNanos) {
                course.wake(nowNanos);
                dispatch(course);
                Shadow.require(
                        course.wakeAtNanos().orElse(Long.MAX_VALUE) > nowNanos,
                        "woken and nothing done",
                        course.name());
                return;
            }
        }
        for (Course course : courses) {
            if (course.nextArrivalNanos() <= nowNanos) {
                arrive(course);
                return;
            }
        }
    }

    private void arrive(Course course) {
        int id = course.arrive(nowNanos);
        long leavesAtNanos = course.request(id).leavesAtNanos();
        if (leavesAtNanos != Request.STAYS) {
            departures.add(new Departure(leavesAtNanos, course, id));
        }
        dispatch(course);
    }

    private void dispatch(Course course) {
        jobs.addAll(course.dispatch(nowNanos));
    }

    private void ended(Job job) {
        if (!job.course.ran(job, nowNanos)) {
            jobs.remove(job);
            dispatch(job.course);
        }
    }

    /** Down or up. */
    private void turn() {
        if (up) {
            jobs.forEach(job -> job.course.lose(job, nowNanos));
            jobs.clear();
            courses.forEach(course -> course.crash(nowNanos));
        } else {
            courses.forEach(Course::restart);
            outage++;
        }
        up = !up;
    }
}
