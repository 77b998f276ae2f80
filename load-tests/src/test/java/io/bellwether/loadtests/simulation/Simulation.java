package io.bellwether.loadtests.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;

/**
 * One run of the world.
 *
 * @param seed that decides everything
 * @param faults that happened
 * @param sabotage that was part of it
 * @param problem what went wrong, if anything
 * @param history the end of it, for people
 * @param digest a number that equal histories share
 * @param tallies how often things happened
 */
record Simulation(
        long seed,
        List<Fault> faults,
        Sabotage sabotage,
        Optional<RuntimeException> problem,
        String history,
        long digest,
        Tallies tallies) {
    /** Kept, because a logger that nobody keeps forgets its level. */
    private static final Logger QUIET = Logger.getLogger("io.bellwether.gateway");

    static {
        QUIET.setLevel(Level.OFF); // Faults are what happens here all the time.
    }

    static Simulation of(long seed) {
        return of(seed, Fault.plan(seed), Sabotage.NONE);
    }

    static Simulation of(long seed, List<Fault> faults, Sabotage sabotage) {
        World world = new World(seed, faults, sabotage);
        Optional<RuntimeException> problem = Optional.empty();
        try {
            world.run();
        } catch (RuntimeException e) {
            problem = Optional.of(e);
        }
        String history = problem.isPresent() ? world.history().toString() : "";
        return new Simulation(
                seed, faults, sabotage, problem, history, world.history().digest(), world.tallies());
    }

    /** The same failure with as few faults as leaving out one after the other gives. */
    Simulation shrunk() {
        Simulation least = this;
        for (Fault fault : faults) {
            List<Fault> fewer = new ArrayList<>(least.faults);
            fewer.remove(fault);
            Simulation again = of(seed, fewer, sabotage);
            if (again.problem.isPresent() && again.kind().equals(kind())) {
                least = again;
            }
        }
        return least;
    }

    /** Sort of the failure. */
    private String kind() {
        return problem.map(e -> e instanceof Violation violation
                        ? violation.rule().name()
                        : e.getClass().getName())
                .orElse("");
    }

    /** Everything that somebody needs who looks for the cause. */
    String report() {
        return "seed " + seed + ": " + problem.map(Throwable::toString).orElse("all is well") + "\nagain: -Dseed="
                + seed
                + "\nfaults:\n"
                + faults.stream().map(fault -> "  " + fault + "\n").collect(Collectors.joining())
                + "history:\n" + history;
    }
}
