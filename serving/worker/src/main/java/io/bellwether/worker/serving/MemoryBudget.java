package io.bellwether.worker.serving;

import io.bellwether.worker.model.ModelRepository.Loadable;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Decides which versions leave memory so that another fits: the least recently used of those that may. */
final class MemoryBudget {
    private static final long MEBIBYTE = 1L << 20;
    /** Threads and buffers of one version. */
    private static final long PROCESS_SHARE = 8 * MEBIBYTE;

    private final long bytesMax;

    /**
     * @param bytesMax estimated bytes of all versions in memory at once
     */
    MemoryBudget(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** What a version is taken to need: what its specification says, else twice its program. */
    static long estimate(Loadable version) {
        int declaredMib = version.spec().hosting().memoryMib();
        if (declaredMib > 0) {
            return declaredMib * MEBIBYTE;
        }
        try {
            return PROCESS_SHARE + 2 * Files.size(version.program());
        } catch (IOException e) {
            // Whoever loads it will find the file missing and say so.
            return PROCESS_SHARE;
        }
    }

    /**
     * A version in memory.
     *
     * @param who the version
     * @param bytes what it is estimated to take
     * @param evictable whether it may be unloaded for another
     * @param lastUsedNanos when it last got a request
     */
    record Resident<T>(T who, long bytes, boolean evictable, long lastUsedNanos) {}

    /** Whether another version fits. */
    sealed interface Room<T> {
        /** It fits when these have left, in this order. */
        record After<T>(List<T> leaving) implements Room<T> {
            public After {
                leaving = List.copyOf(leaving);
            }
        }

        /** It does not fit, whoever leaves. */
        record None<T>(String reason) implements Room<T> {}
    }

    /**
     * Makes room for a version.
     *
     * @param bytes what it is estimated to take
     * @param residents what is in memory
     */
    <T> Room<T> roomFor(long bytes, Collection<Resident<T>> residents) {
        long taken = residents.stream().mapToLong(Resident::bytes).sum();
        List<Resident<T>> byUse = residents.stream()
                .filter(Resident::evictable)
                .sorted(Comparator.comparingLong(Resident::lastUsedNanos))
                .toList();
        List<T> leaving = new ArrayList<>();
        for (Resident<T> one : byUse) {
            if (taken + bytes <= bytesMax) {
                break;
            }
            leaving.add(one.who());
            taken -= one.bytes();
        }
        if (taken + bytes <= bytesMax) {
            return new Room.After<>(leaving);
        }
        return new Room.None<>(
                "there is no room: it takes about " + mebibytes(bytes) + " MiB, and " + mebibytes(taken)
                        + " of " + mebibytes(bytesMax) + " MiB are taken by versions that stay; raise"
                        + " worker.model-control.memory-mib-max, correct memory_mib, or set on_demand: true for models that may leave");
    }

    private static long mebibytes(long bytes) {
        return (bytes + MEBIBYTE - 1) / MEBIBYTE;
    }
}
