package io.bellwether.worker.model;

import io.bellwether.batching.InstanceChoice;
import java.util.List;
import java.util.OptionalInt;

/**
 * How many instances of a version run at once in each lane, and with how many threads inside an operation each. A number that
 * is to be found out is 1 until then.
 *
 * @param instances runner threads of each lane
 * @param intraOpThreads threads that one forward may use on the CPU
 * @param instancesAuto whether {@code instances} is to be measured
 * @param intraOpThreadsAuto whether {@code intraOpThreads} is to be measured
 */
public record Parallelism(int instances, int intraOpThreads, boolean instancesAuto, boolean intraOpThreadsAuto) {
    /** One of one thread. */
    public static final Parallelism ONE = of(OptionalInt.of(1), OptionalInt.of(1));

    /** Each number is given or, when it is empty, to be found out. */
    public static Parallelism of(OptionalInt instances, OptionalInt intraOpThreads) {
        return new Parallelism(
                instances.orElse(1), intraOpThreads.orElse(1), instances.isEmpty(), intraOpThreads.isEmpty());
    }

    /** Whether one of the numbers is to be found out. */
    public boolean isAuto() {
        return instancesAuto || intraOpThreadsAuto;
    }

    /** With what was found out; numbers that are given stay. */
    Parallelism with(InstanceChoice choice) {
        return new Parallelism(
                instancesAuto ? choice.instances() : instances,
                intraOpThreadsAuto ? choice.threads() : intraOpThreads,
                instancesAuto,
                intraOpThreadsAuto);
    }

    /** Whether there is something to choose on a machine of so many processors. */
    public boolean isOpen(int processors) {
        return isAuto() && candidates(processors).size() > 1;
    }

    /** What there is to choose from. */
    public List<InstanceChoice> candidates(int processors) {
        return InstanceChoice.candidates(
                instancesAuto ? OptionalInt.empty() : OptionalInt.of(instances),
                intraOpThreadsAuto ? OptionalInt.empty() : OptionalInt.of(intraOpThreads),
                processors);
    }
}
