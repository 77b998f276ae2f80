package io.bellwether.gateway.shadow;

import io.bellwether.controlapi.log.Comparison;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What makes a row of one tensor agree with the same row of another of the same shape. */
sealed interface RowRule {

    /** Elements of each tensor. */
    int count();

    /** Whether it holds for the elements from one place to before another. */
    boolean holds(int from, int to);

    /** Whether it holds for each of so many equal rows. */
    default boolean holds(int rows) {
        int width = count() / rows;
        return IntStream.range(0, rows).allMatch(row -> holds(row * width, (row + 1) * width));
    }

    /**
     * @param rule complete
     */
    static RowRule of(Comparison rule, TensorNumbers one, TensorNumbers other) {
        return switch (rule.getRule()) {
            case LABEL -> new SameLargest(one, other);
            case RANKING -> new SameTop(one, other, rule.getTop(), rule.getAtLeast());
            case COSINE -> new SameDirection(one, other, rule.getAtLeast());
            default -> new Close(one, other, rule.getTolerance());
        };
    }

    /**
     * Every number differs by at most a share of it, or by so much as it is below 1. Equal infinities, and NaN with NaN,
     * are close.
     */
    record Close(TensorNumbers one, TensorNumbers other, double tolerance) implements RowRule {
        @Override
        public int count() {
            return one.count();
        }

        @Override
        public boolean holds(int from, int to) {
            for (int i = from; i < to; i++) {
                double ours = one.at(i);
                double theirs = other.at(i);
                boolean within =
                        Double.isFinite(ours) && Math.abs(ours - theirs) <= tolerance * Math.max(1, Math.abs(ours));
                if (!within && Double.compare(ours, theirs) != 0) {
                    return false;
                }
            }
            return true;
        }
    }

    /** The first of the largest numbers is at the same place. NaN is no number. */
    record SameLargest(TensorNumbers one, TensorNumbers other) implements RowRule {
        @Override
        public int count() {
            return one.count();
        }

        @Override
        public boolean holds(int from, int to) {
            return largest(one, from, to) == largest(other, from, to);
        }

        private static int largest(TensorNumbers numbers, int from, int to) {
            int place = -1;
            for (int i = from; i < to; i++) {
                double number = numbers.at(i);
                if (!Double.isNaN(number) && (place < 0 || number > numbers.at(place))) {
                    place = i;
                }
            }
            return place;
        }
    }

    /** Of the places of the largest numbers a share is the same, in any order. */
    record SameTop(TensorNumbers one, TensorNumbers other, int top, double atLeast) implements RowRule {
        @Override
        public int count() {
            return one.count();
        }

        @Override
        public boolean holds(int from, int to) {
            Set<Integer> both = new HashSet<>(places(one, from, to));
            int all = both.size();
            both.retainAll(places(other, from, to));
            return both.size() >= atLeast * all;
        }

        private Set<Integer> places(TensorNumbers numbers, int from, int to) {
            return IntStream.range(from, to)
                    .boxed()
                    .sorted(Comparator.comparingDouble((Integer place) -> rank(numbers.at(place))))
                    .limit(top)
                    .collect(Collectors.toSet());
        }

        /** Smallest for the largest number, NaN after all others. */
        private static double rank(double number) {
            return Double.isNaN(number) ? Double.POSITIVE_INFINITY : -number;
        }
    }

    /** The cosine of the two rows is large enough. Rows of zeros agree with each other only; NaN agrees with nothing. */
    record SameDirection(TensorNumbers one, TensorNumbers other, double atLeast) implements RowRule {
        @Override
        public int count() {
            return one.count();
        }

        @Override
        public boolean holds(int from, int to) {
            double product = 0;
            double ours = 0;
            double theirs = 0;
            for (int i = from; i < to; i++) {
                product += one.at(i) * other.at(i);
                ours += one.at(i) * one.at(i);
                theirs += other.at(i) * other.at(i);
            }
            if (ours == 0 || theirs == 0) {
                return ours == theirs;
            }
            return product / (Math.sqrt(ours) * Math.sqrt(theirs)) >= atLeast;
        }
    }
}
