package io.bellwether.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every bucket is in one place, shares are exact, and nobody moves but to the stable version. */
class ArmSplitTest {

    private static final int SEEDS = 200;

    @Test
    void everyArmIsComparedAtTheShareOfTheOneControl() {
        ArmSplit split = ArmSplit.of(arms(2_000, 1_000, 3_000), version -> true);

        assertThat(split.spans())
                .containsExactly(
                        new ArmSplit.Span("2", Arm.CANDIDATE, 0, 1_000),
                        new ArmSplit.Span("2", Arm.CANDIDATE_REST, 1_000, 2_000),
                        new ArmSplit.Span("3", Arm.CANDIDATE, 2_000, 3_000),
                        new ArmSplit.Span("4", Arm.CANDIDATE, 3_000, 4_000),
                        new ArmSplit.Span("4", Arm.CANDIDATE_REST, 4_000, 6_000),
                        new ArmSplit.Span("", Arm.CONTROL, 9_000, 10_000));
    }

    @Test
    void whatTheStableVersionHasLeftBoundsTheComparison() {
        assertThat(counts(ArmSplit.of(arms(4_500, 4_800), version -> true), Arm.CONTROL))
                .isEqualTo(700);
        // With all of the traffic in arms there is nothing to compare them with.
        assertThat(counts(ArmSplit.of(arms(5_000, 5_000), version -> true), Arm.CANDIDATE))
                .isZero();
    }

    @Test
    void oneArmIsSplitLikeACandidate() {
        for (int weight : new int[] {1, 10, 2_500, 5_000, 7_000, 9_999, 10_000}) {
            ArmSplit split = ArmSplit.of(arms(weight), version -> true);
            for (int bucket = 0; bucket < Split.BASIS_POINTS; bucket++) {
                assertThat(split.at(bucket).arm()).isEqualTo(Split.arm(weight, bucket));
            }
        }
    }

    @Test
    void sharesAreExactWhateverTheWeightsAndWhoeverWasTakenBack() {
        Seeds.forEach(SEEDS, seed -> {
            // Given
            Random random = new Random(seed);
            List<PlannedArm> arms = randomArms(random);
            Set<String> gone = randomVersions(random, arms);

            // When
            ArmSplit split = ArmSplit.of(arms, version -> !gone.contains(version));

            // Then
            int left = Split.BASIS_POINTS;
            int compared = Split.BASIS_POINTS;
            for (PlannedArm arm : arms) {
                int got = (int) buckets(split).stream()
                        .filter(span -> span.version().equals(arm.version()))
                        .count();
                assertThat(got).isEqualTo(gone.contains(arm.version()) ? 0 : arm.weightBasisPoints());
                left -= arm.weightBasisPoints();
                compared = Math.min(compared, arm.weightBasisPoints());
            }
            compared = Math.min(compared, left);
            for (PlannedArm arm : arms) {
                long ofArm = buckets(split).stream()
                        .filter(span ->
                                span.arm() == Arm.CANDIDATE && span.version().equals(arm.version()))
                        .count();
                assertThat(ofArm).isEqualTo(gone.contains(arm.version()) ? 0 : compared);
            }
            assertThat(counts(split, Arm.CONTROL)).isEqualTo(gone.size() == arms.size() ? 0 : compared);
        });
    }

    @Test
    void aKilledArmMovesItsKeysToTheStableVersionAndNobodyElse() {
        Seeds.forEach(SEEDS, seed -> {
            Random random = new Random(seed);
            List<PlannedArm> arms = randomArms(random);
            Set<String> gone = new HashSet<>();
            ArmSplit before = ArmSplit.of(arms, version -> true);
            while (gone.size() < arms.size() - 1) {
                gone.add(arms.get(random.nextInt(arms.size())).version());
                ArmSplit after = ArmSplit.of(arms, version -> !gone.contains(version));
                for (int bucket = 0; bucket < Split.BASIS_POINTS; bucket++) {
                    ArmSplit.Span was = before.at(bucket);
                    ArmSplit.Span is = after.at(bucket);
                    if (was.version().equals(is.version())) {
                        assertThat(is.arm()).isEqualTo(was.arm());
                    } else {
                        assertThat(gone).contains(was.version());
                        assertThat(is.version()).isEmpty();
                        assertThat(is.arm()).isEqualTo(Arm.STABLE_REST);
                    }
                }
                before = after;
            }
        });
    }

    /** No command makes weights grow; even so, the last arm could, out of what the stable version has. */
    @Test
    void noKeyChangesItsArmWhileTheLastOneGrows() {
        Seeds.forEach(SEEDS, seed -> {
            Random random = new Random(seed);
            List<PlannedArm> arms = randomArms(random);
            PlannedArm last = arms.get(arms.size() - 1);
            List<PlannedArm> grown = new ArrayList<>(arms.subList(0, arms.size() - 1));
            int free = Split.BASIS_POINTS
                    - arms.stream().mapToInt(PlannedArm::weightBasisPoints).sum();
            grown.add(new PlannedArm(last.version(), last.weightBasisPoints() + random.nextInt(free + 1)));

            ArmSplit before = ArmSplit.of(arms, version -> true);
            ArmSplit after = ArmSplit.of(grown, version -> true);

            for (int bucket = 0; bucket < Split.BASIS_POINTS; bucket++) {
                if (before.at(bucket).ofCandidate()) {
                    assertThat(after.at(bucket).version())
                            .isEqualTo(before.at(bucket).version());
                }
            }
        });
    }

    @Test
    void keysFallIntoArmsInProportionWithinFourStandardErrors() {
        int keys = 100_000;
        Seeds.forEach(20, seed -> {
            Random random = new Random(seed);
            List<PlannedArm> arms = randomArms(random);
            ArmSplit split = ArmSplit.of(arms, version -> true);
            long hash = Split.seed("r-" + seed);
            int[] got = new int[arms.size()];
            for (int key = 0; key < keys; key++) {
                String version = split.at(Split.bucket(hash, "user-" + key)).version();
                for (int i = 0; i < got.length; i++) {
                    got[i] += arms.get(i).version().equals(version) ? 1 : 0;
                }
            }
            for (int i = 0; i < got.length; i++) {
                double share = arms.get(i).weightBasisPoints() / (double) Split.BASIS_POINTS;
                assertThat(Math.abs(got[i] - keys * share))
                        .as("arm %d of %s", i, arms)
                        .isLessThanOrEqualTo(4 * Math.sqrt(keys * share * (1 - share)));
            }
        });
    }

    private static List<PlannedArm> arms(int... weights) {
        List<PlannedArm> arms = new ArrayList<>();
        for (int i = 0; i < weights.length; i++) {
            arms.add(new PlannedArm(Integer.toString(i + 2), weights[i]));
        }
        return arms;
    }

    /** One to four arms that leave the stable version something. */
    private static List<PlannedArm> randomArms(Random random) {
        int[] weights = new int[1 + random.nextInt(ArmRules.ARMS_MAX)];
        Arrays.setAll(weights, i -> 1 + random.nextInt(Split.BASIS_POINTS / weights.length - 1));
        return arms(weights);
    }

    private static Set<String> randomVersions(Random random, List<PlannedArm> arms) {
        Set<String> some = new HashSet<>();
        arms.stream().filter(arm -> random.nextBoolean()).forEach(arm -> some.add(arm.version()));
        return some;
    }

    private static List<ArmSplit.Span> buckets(ArmSplit split) {
        List<ArmSplit.Span> all = new ArrayList<>();
        for (int bucket = 0; bucket < Split.BASIS_POINTS; bucket++) {
            all.add(split.at(bucket));
        }
        return all;
    }

    private static long counts(ArmSplit split, Arm arm) {
        return buckets(split).stream().filter(span -> span.arm() == arm).count();
    }
}
