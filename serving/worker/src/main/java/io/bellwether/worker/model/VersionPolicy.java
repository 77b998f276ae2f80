package io.bellwether.worker.model;

import java.util.List;

/** Which versions of a model are served. */
public sealed interface VersionPolicy {
    /** Every version that is there. */
    VersionPolicy ALL = new All();

    /** Those of {@code versions}, which rise, that are served. */
    List<Long> choose(List<Long> versions);

    /** Every version that is there. */
    record All() implements VersionPolicy {
        @Override
        public List<Long> choose(List<Long> versions) {
            return versions;
        }
    }

    /**
     * Those with the highest numbers.
     *
     * @param count how many, at least 1
     */
    record Latest(int count) implements VersionPolicy {
        @Override
        public List<Long> choose(List<Long> versions) {
            return versions.subList(Math.max(0, versions.size() - count), versions.size());
        }
    }

    /** Those listed, as far as they are there. */
    record Only(List<Long> numbers) implements VersionPolicy {
        public Only {
            numbers = List.copyOf(numbers);
        }

        @Override
        public List<Long> choose(List<Long> versions) {
            return versions.stream().filter(numbers::contains).toList();
        }
    }
}
