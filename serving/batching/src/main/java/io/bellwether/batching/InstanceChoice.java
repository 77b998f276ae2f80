package io.bellwether.batching;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * How many runs of a version go on at once in a queue, and how many threads work on each.
 *
 * @param instances runners of the queue, 1 to {@value BatchingPolicy#INSTANCES_LIMIT}
 * @param threads threads inside an operation of each, 1 to {@value #THREADS_LIMIT}
 */
public record InstanceChoice(int instances, int threads) {
    /** Most threads inside an operation. */
    public static final int THREADS_LIMIT = 256;
    /** What is taken where nothing is known. */
    public static final InstanceChoice ONE = new InstanceChoice(1, 1);
    /** More processors than this are left to what is written down: each pair takes time to measure and memory to run. */
    static final int PROCESSORS_MAX = 16;

    public InstanceChoice {
        if (instances < 1 || instances > BatchingPolicy.INSTANCES_LIMIT) {
            throw new IllegalArgumentException(
                    "instances must be 1 to " + BatchingPolicy.INSTANCES_LIMIT + " but is " + instances);
        }
        if (threads < 1 || threads > THREADS_LIMIT) {
            throw new IllegalArgumentException("threads must be 1 to " + THREADS_LIMIT + " but is " + threads);
        }
    }

    /** Processors that it keeps busy. */
    public int processors() {
        return instances * threads;
    }

    /**
     * The pairs that are worth measuring, by rising threads, then instances; at most a dozen. Where both numbers are open these
     * are one instance of one thread and, in steps of powers of two, what takes all processors or half of them. Where one is
     * given the other takes powers of two and the most there is room for. No pair takes more processors than there are, except
     * by the number that was given.
     *
     * @param instances as many as somebody wants; empty to find out
     * @param threads the same
     * @param processors of the machine; those beyond {@value #PROCESSORS_MAX} are not used
     */
    public static List<InstanceChoice> candidates(OptionalInt instances, OptionalInt threads, int processors) {
        int most = Math.max(1, Math.min(processors, PROCESSORS_MAX));
        Set<InstanceChoice> pairs = new LinkedHashSet<>();
        if (instances.isPresent() && threads.isPresent()) {
            pairs.add(new InstanceChoice(instances.getAsInt(), threads.getAsInt()));
        } else if (instances.isPresent()) {
            steps(most / instances.getAsInt())
                    .forEach(number -> pairs.add(new InstanceChoice(instances.getAsInt(), number)));
        } else if (threads.isPresent()) {
            steps(most / threads.getAsInt())
                    .forEach(number -> pairs.add(new InstanceChoice(number, threads.getAsInt())));
        } else {
            pairs.add(ONE);
            for (int used : List.of(most, Math.max(1, most / 2))) {
                steps(used).forEach(number -> pairs.add(new InstanceChoice(number, used / number)));
            }
        }
        List<InstanceChoice> sorted = new ArrayList<>(pairs);
        sorted.sort(Comparator.comparingInt(InstanceChoice::threads).thenComparingInt(InstanceChoice::instances));
        return sorted;
    }

    /** 1, 2, 4 and so on, and the largest; 1 alone where there is no room. */
    private static Set<Integer> steps(int largest) {
        Set<Integer> steps = new TreeSet<>();
        for (int number = 1; number <= largest; number *= 2) {
            steps.add(number);
        }
        steps.add(Math.max(1, largest));
        return steps;
    }
}
