package io.bellwether.routing.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.routing.Seeds;
import io.bellwether.routing.admission.OverloadWorld.Tally;
import org.junit.jupiter.api.Test;

/**
 * The limit before a server in virtual time: 16 slots that take 10 ms a request, or one device that takes 2.2 + 0.77 b ms
 * for a batch of up to 32. Durations vary with a standard deviation of 30 %.
 */
class ConcurrencyLimitSimulationTest {
    private static final int SEEDS = 8;
    private static final LimitSettings GENEROUS =
            new LimitSettings(16, 4_096, 512, 1, 100_000_000, 1_000_000_000, 100_000_000);

    private static OverloadWorld slots(long seed, ConcurrencyLimit limit) {
        return new OverloadWorld(seed, OverloadWorld.door(limit), 1);
    }

    private static OverloadWorld batches(long seed, ConcurrencyLimit limit) {
        OverloadWorld world = slots(seed, limit);
        world.slots = 1;
        world.batchMax = 32;
        world.fixNanos = 2_200_000;
        world.itemNanos = 770_000;
        return world;
    }

    private static ConcurrencyLimit fresh() {
        return new ConcurrencyLimit(LimitSettings.DEFAULT, 0);
    }

    /** Answers a second as a share of what the server can do at most, over some seconds at a load. */
    private static double goodput(OverloadWorld world, double load, double seconds) {
        world.rate(0, load * world.capacityPerSecond());
        world.forget();
        world.run(seconds);
        return world.tally(0).answered / seconds / world.capacityPerSecond();
    }

    @Test
    void loadSteppedFromHalfToThreeTimesCapacityKeepsGoodputAndBoundsTheWait() {
        Seeds.forEach(SEEDS, seed -> {
            for (OverloadWorld world : new OverloadWorld[] {slots(seed, fresh()), batches(seed, fresh())}) {
                // Given
                double before = goodput(world, 0.5, 10);
                int refusedBefore = world.tally(0).refused;
                double serviceMillis = (world.fixNanos + (double) world.batchMax * world.itemNanos) / 1e6;

                // When
                double firstSecond = goodput(world, 3, 1);
                double worstAtFirst = world.tally(0).waitMillis(1);
                double after = goodput(world, 3, 10);

                // Then
                assertThat(before).isBetween(0.45, 0.55);
                assertThat(refusedBefore).isLessThan((int) (0.01 * 5 * world.capacityPerSecond()));
                // One second is some 40 batches, whose durations alone vary its goodput by 5 %.
                assertThat(firstSecond).isGreaterThan(0.8);
                assertThat(after).isGreaterThan(0.9);
                assertThat(worstAtFirst).isLessThan(6 * serviceMillis);
                assertThat(world.tally(0).waitMillis(0.5)).isLessThan(1.5 * serviceMillis);
                assertThat(world.tally(0).waitMillis(0.99)).isLessThan(4 * serviceMillis);
                assertThat(world.tally(0).dropped).isZero();
            }
        });
    }

    /** A gateway begins with a limit that binds nobody and allows a mean wait of 100 ms, so that bursts may wait. */
    @Test
    void aLimitThatBeginsHighComesDownBeforeCallersGiveUp() {
        Seeds.forEach(SEEDS, seed -> {
            for (OverloadWorld world : new OverloadWorld[] {
                slots(seed, new ConcurrencyLimit(GENEROUS, 0)), batches(seed, new ConcurrencyLimit(GENEROUS, 0))
            }) {
                // Given
                goodput(world, 0.5, 5);
                int refusedBefore = world.tally(0).refused;

                // When
                double first = goodput(world, 3, 5);
                int droppedAtFirst = world.tally(0).dropped;
                double after = goodput(world, 3, 10);

                // Then
                assertThat(refusedBefore).isZero();
                assertThat(first).isGreaterThan(0.9);
                assertThat(droppedAtFirst).isZero();
                assertThat(after).isGreaterThan(0.95);
                assertThat(world.tally(0).waitMillis(0.99)).isLessThan(250);
                assertThat(world.tally(0).dropped).isZero();
            }
        });
    }

    @Test
    void withoutALimitTheSameStepLosesMostOfTheGoodput() {
        Seeds.forEach(SEEDS, seed -> {
            // Given: a limit that is never reached, and callers that wait 100 ms
            LimitSettings none = new LimitSettings(9_999, 9_999, 9_999, 1, 1, 1, 1);
            OverloadWorld open = slots(seed, new ConcurrencyLimit(none, 0));
            OverloadWorld limited = slots(seed, fresh());
            open.deadlineNanos = 100_000_000;
            limited.deadlineNanos = 100_000_000;

            // When
            double withoutLimit = goodput(open, 3, 10);
            double withLimit = goodput(limited, 3, 10);

            // Then: what is run has nearly expired, and is late when it ends
            assertThat(withoutLimit).isLessThan(0.05);
            assertThat(withLimit).isGreaterThan(0.9);
        });
    }

    @Test
    void capacityIsFollowedUpAndDown() {
        Seeds.forEach(SEEDS, seed -> {
            ConcurrencyLimit follows = fresh();
            OverloadWorld world = slots(seed, follows);
            double offered = 3 * world.capacityPerSecond();
            for (int slots : new int[] {16, 4, 64, 8, 32}) {
                // When
                world.slots = slots;
                goodput(world, offered / world.capacityPerSecond(), 3);
                double goodput = goodput(world, offered / world.capacityPerSecond(), 5);

                // Then: as many wait as run, about
                double expected = Math.min(1, offered / world.capacityPerSecond());
                assertThat(goodput).as("%d slots", slots).isGreaterThan(0.9 * expected);
                assertThat(world.tally(0).waitMillis(0.99))
                        .as("%d slots", slots)
                        .isLessThan(40);
                if (expected == 1) {
                    assertThat(follows.limit()).as("%d slots", slots).isBetween((int) (1.4 * slots), 3 * slots);
                }
            }
        });
    }

    @Test
    void aServerThatHangsIsNotFloodedAndComesBack() {
        Seeds.forEach(SEEDS, seed -> {
            // Given
            ConcurrencyLimit survivor = fresh();
            OverloadWorld world = slots(seed, survivor);
            goodput(world, 0.8, 5);

            // When: nothing ends for a minute, and every caller gives up after two seconds
            world.hang();
            goodput(world, 0.8, 60);
            int inTheOutage = survivor.limit();
            int lost = world.tally(0).dropped;
            world.wake();
            goodput(world, 0.8, 3);
            double after = goodput(world, 0.8, 5);

            // Then: some went on trying, and few of the 76,800 were lost with them
            assertThat(inTheOutage).isEqualTo(LimitSettings.DEFAULT.least());
            assertThat(lost).isBetween(60, 1_000);
            assertThat(after).isGreaterThan(0.76);
            assertThat(world.tally(0).dropped).isZero();
        });
    }

    @Test
    void aLimitIsNotStarvedWhereOneRequestAtATimeIsAllThereIs() {
        Seeds.forEach(SEEDS, seed -> {
            // Given
            LimitSettings settings = new LimitSettings(1, 100, 100, 1, 2_000_000, 1_000_000_000, 100_000_000);
            OverloadWorld world = slots(seed, new ConcurrencyLimit(settings, 0));
            world.slots = 1;

            // When
            goodput(world, 3, 5);
            double after = goodput(world, 3, 10);

            // Then
            assertThat(after).isGreaterThan(0.9);
            assertThat(world.tally(0).waitMillis(0.99)).isLessThan(50);
        });
    }

    @Test
    void gatewaysThatShareAServerEachKeepAPart() {
        Seeds.forEach(SEEDS, seed -> {
            // Given: the second gateway comes when the first has taken all there is
            ConcurrencyLimit[] gateways = {fresh(), fresh()};
            OverloadWorld.Door doors = new ByGateway(OverloadWorld.door(gateways[0]), OverloadWorld.door(gateways[1]));
            OverloadWorld world = new OverloadWorld(seed, doors, 2);
            double capacity = world.capacityPerSecond();
            world.rate(0, 2 * capacity);
            world.run(5);

            // When
            world.rate(1, 2 * capacity);
            world.run(10);
            world.forget();
            world.run(20);

            // Then
            Tally one = world.tally(0);
            Tally other = world.tally(1);
            assertThat((one.answered + other.answered) / 20.0 / capacity).isGreaterThan(0.9);
            assertThat(other.answered / (double) (one.answered + other.answered))
                    .isBetween(0.3, 0.7);
            assertThat(Math.max(one.waitMillis(0.99), other.waitMillis(0.99))).isLessThan(60);
        });
    }

    @Test
    void pausesThatAreShortDoNotShrinkTheLimitOfAFastModel() {
        // Given: runs of 50 us, and a wait of up to 1 ms before each that has nothing to do with load
        ConcurrencyLimit fast = fresh();
        for (int round = 0; round < 100; round++) {
            while (fast.tryAdmit() instanceof Admission.Admitted) {
                assertThat(fast.inFlight()).isLessThanOrEqualTo(fast.limit());
            }

            // When
            long now = (round + 1) * OverloadWorld.SECOND;
            while (fast.inFlight() > 0) {
                fast.onAnswered(1_000_000, 50_000, now);
            }
        }

        // Then
        assertThat(fast.limit()).isGreaterThan(LimitSettings.DEFAULT.initial());
    }

    private static final class ByGateway implements OverloadWorld.Door {
        private final OverloadWorld.Door[] doors;

        ByGateway(OverloadWorld.Door... doors) {
            this.doors = doors;
        }

        @Override
        public Admission enter(int source, long nowNanos) {
            return doors[source].enter(source, nowNanos);
        }

        @Override
        public void answered(int source, long waitNanos, long serviceNanos, long nowNanos) {
            doors[source].answered(source, waitNanos, serviceNanos, nowNanos);
        }

        @Override
        public void dropped(int source, long flightNanos, long nowNanos) {
            doors[source].dropped(source, flightNanos, nowNanos);
        }
    }
}
