package io.bellwether.monitoring.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.monitoring.evaluation.SimulatedSlices.Part;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * How soon harm is found that is confined to a twentieth of the traffic, and harm that begins late; how seldom equal
 * candidates are taken back. Fixed seeds; the profile {@code long} runs more, and the README records what came out.
 */
class SliceDetectionTest {
    private static final boolean LONG = Boolean.getBoolean("bellwether.long");
    private static final int RUNS = LONG ? 200 : 40;
    private static final int RUNS_OF_HOURS = LONG ? 40 : 5;

    /** 6,000 requests/min of which the candidate gets a tenth. */
    private static final double PER_SECOND = 10;

    private static final double SLICE_SHARE = 0.05;
    private static final List<String> NAMES = List.of("tenant=acme", "tenant=globex");
    private static final RolloutPlan PLAN = SimulatedSlices.plan(Margins.DEFAULTS, NAMES, 0.1);
    private static final SimulatedArm HEALTHY = SimulatedArm.healthy().failing(0.001);

    private static List<Part> parts(SimulatedArm slice, SimulatedArm rest) {
        return List.of(new Part(SLICE_SHARE, slice), new Part(SLICE_SHARE, rest), new Part(1 - 2 * SLICE_SHARE, rest));
    }

    private static double medianSeconds(RolloutPlan plan, List<Part> candidate, long onset, long most, int runs) {
        SimulatedSlices rollout = against(plan, candidate);
        double[] seconds = new double[runs];
        for (int seed = 0; seed < runs; seed++) {
            seconds[seed] = rollout.run(seed, onset, onset + most).seconds() - onset;
        }
        Arrays.sort(seconds);
        return seconds[runs / 2];
    }

    /** A candidate with a tenth of the traffic: as much goes to control, and eight times as much to the rest. */
    private static SimulatedSlices against(RolloutPlan plan, List<Part> candidate) {
        List<Part> healthy = parts(HEALTHY, HEALTHY);
        return new SimulatedSlices(plan, PER_SECOND, healthy, candidate).with(8, healthy);
    }

    private record Found(double inSlice, double everywhere) {}

    private static Found find(String what, SimulatedArm inSlice, SimulatedArm everywhere) {
        Found found = new Found(
                medianSeconds(PLAN, parts(inSlice, HEALTHY), 0, 7_200, RUNS),
                medianSeconds(PLAN, parts(everywhere, everywhere), 0, 7_200, RUNS));
        System.out.printf(
                "%s: median %.0f s in the slice, %.0f s everywhere, %.1f times (%d seeds)%n",
                what, found.inSlice(), found.everywhere(), found.inSlice() / found.everywhere(), RUNS);
        return found;
    }

    @Test
    void harmInASliceIsFoundAsSoonAsTheSameNumberOfBadRequestsEverywhere() {
        // Given as many bad requests a minute, in a twentieth of the traffic and in all of it
        Found errors = find("errors 40 %, or 2 % everywhere", HEALTHY.failing(0.4), HEALTHY.failing(0.02));

        assertThat(errors.inSlice()).isLessThanOrEqualTo(4 * errors.everywhere());
    }

    @Test
    void theSameFaultTakesTheTrafficThatItNeeds() {
        // Given a fault that is as frequent in the slice as everywhere, of which the slice shows a twentieth
        Found all = find("every request fails", HEALTHY.failing(1), HEALTHY.failing(1));
        Found some = find("errors 10 %", HEALTHY.failing(0.1), HEALTHY.failing(0.1));
        Found slow = find("latency x2", HEALTHY.slower(2), HEALTHY.slower(2));

        // Then it takes less than twenty times as long and a half, and a fault that leaves no doubt takes seconds
        assertThat(all.inSlice()).isLessThanOrEqualTo(60);
        assertThat(some.inSlice()).isLessThanOrEqualTo(30 * some.everywhere());
        assertThat(slow.inSlice()).isLessThanOrEqualTo(30 * slow.everywhere());
    }

    @Test
    void allOfTheStableVersionShowsErrorsSoonerThanItsControlArm() {
        // Given errors of a slice and errors everywhere, and eight times an arm's traffic beside the compared arms
        List<Part> equal = parts(HEALTHY, HEALTHY);
        List<Part> inSlice = parts(HEALTHY.failing(0.03), HEALTHY);
        List<Part> everywhere = parts(HEALTHY.failing(0.005), HEALTHY.failing(0.005));

        for (List<Part> harmful : List.of(inSlice, everywhere)) {
            double matched = median(new SimulatedSlices(PLAN, PER_SECOND, equal, harmful));
            double all = median(against(PLAN, harmful));

            System.out.printf(
                    "errors %s: median %.0f s against control, %.0f s against all of the stable version (%d seeds)%n",
                    harmful.equals(inSlice) ? "3 % in the slice" : ".5 % everywhere", matched, all, RUNS);
            assertThat(all).isLessThan(0.8 * matched);
        }
    }

    private static double median(SimulatedSlices rollout) {
        double[] seconds = new double[RUNS];
        for (int seed = 0; seed < RUNS; seed++) {
            seconds[seed] = rollout.run(seed, 0, 7_200).seconds();
        }
        Arrays.sort(seconds);
        return seconds[RUNS / 2];
    }

    @Test
    void equalCandidatesAreNotTakenBackForWhatLoadDoesToTheRestOfTheStableVersion() {
        // Given a rest that times out, or that answers better than the compared arms, and hardly any margins
        double alpha = 0.05;
        int runs = LONG ? 400 : 60;
        RareMargins rare = new RareMargins(0.02, 1.01, 1e-4, 1.01, 1e-4);
        Margins narrow =
                new Margins(alpha, 0.05, 1.01, ErrorFloors.at(1e-4), 0.02, 0.02, 0.02, 1.01, rare, Weights.DEFAULTS);
        SimulatedArm arm = SimulatedArm.healthy().failing(0.02).faulty(0.02, 0);
        List<Part> equal = List.of(new Part(0.3, arm), new Part(0.3, arm.failing(0.2)), new Part(0.4, arm));
        SimulatedArm late = arm.faulty(0.3, 0);
        SimulatedArm prompt = arm.faulty(0, 0);
        for (SimulatedArm rest : List.of(late, prompt)) {
            List<Part> others = List.of(new Part(0.3, rest), new Part(0.3, rest.failing(0.2)), new Part(0.4, rest));
            SimulatedSlices rollout =
                    new SimulatedSlices(SimulatedSlices.plan(narrow, NAMES, 0.5), 20, equal, equal).with(8, others);

            int takenBack = 0;
            for (int seed = 0; seed < runs; seed++) {
                takenBack += rollout.run(seed, 0, 700).rolledBackSecond().isPresent() ? 1 : 0;
            }

            System.out.printf(
                    "equal, all of the stable version, its rest %s: %d of %d taken back at %.2f%n",
                    rest.equals(late) ? "late" : "prompt", takenBack, runs, alpha);
            assertThat((double) takenBack)
                    .isLessThanOrEqualTo(runs * alpha + 3.1 * Math.sqrt(runs * alpha * (1 - alpha)));
        }
    }

    @Test
    void withoutTheDeclarationTheSameHarmIsFoundMuchLater() {
        RolloutPlan undeclared = SimulatedSlices.plan(Margins.DEFAULTS, List.of(), 0);
        // Given a twentieth that is twice as slow, which moves the 95th percentile of the whole by less than its margin
        List<Part> harmful = parts(HEALTHY.slower(2), HEALTHY);

        double declared = medianSeconds(PLAN, harmful, 0, 7_200, RUNS_OF_HOURS);
        double asAWhole = medianSeconds(undeclared, harmful, 0, 7_200, RUNS_OF_HOURS);

        System.out.printf("latency x2 in a slice: %.0f s declared, %.0f s undeclared%n", declared, asAWhole);
        assertThat(declared).isLessThan(asAWhole / 3);
    }

    @Test
    void theReasonMostlyNamesTheSliceAndNeverAnother() {
        int named = 0;
        for (int seed = 0; seed < 10; seed++) {
            // Given a fault in a twentieth of the traffic that shows in the whole, too
            Assessment last = against(PLAN, parts(HEALTHY.failing(0.25), HEALTHY))
                    .run(seed, 0, 3_600)
                    .last();

            assertThat(last.conclusion()).as("seed %d", seed).isEqualTo(Conclusion.ROLL_BACK);
            assertThat(last.reason()).as("seed %d", seed).doesNotContain("globex");
            named += last.reason().contains("errors in the slice tenant=acme: ") ? 1 : 0;
        }
        // Where the whole is taken back before the slice has a table of its own, there is nothing to name
        assertThat(named).isGreaterThanOrEqualTo(7);
    }

    @Test
    void aSliceThatAloneSpendsItsShareIsAmongTheHarmed() {
        Assessment last = against(PLAN, parts(HEALTHY.failing(0.08), HEALTHY))
                .run(1, 0, 7_200)
                .last();

        assertThat(last.conclusion()).isEqualTo(Conclusion.ROLL_BACK);
        assertThat(last.harmed()).containsExactly("errors in tenant=acme");
        assertThat(last.reason()).startsWith("errors in the slice tenant=acme: ");
    }

    @Test
    void harmThatBeginsAfterTwoHoursIsFoundInBoundedTime() {
        List<Part> failing = parts(HEALTHY.failing(0.02), HEALTHY.failing(0.02));

        double atOnce = medianSeconds(PLAN, failing, 0, 3_600, RUNS_OF_HOURS);
        double late = medianSeconds(PLAN, failing, 7_200, 3_600, RUNS_OF_HOURS);

        System.out.printf(
                "errors .1 to 2 %%: median %.0f s from the beginning, %.0f s after two good hours (%d seeds)%n",
                atOnce, late, RUNS_OF_HOURS);
        assertThat(late).isLessThanOrEqualTo(4 * atOnce);
    }

    @Test
    void equalCandidatesAreTakenBackWithinTheBudgetThoughSlicesHaveMostOfIt() {
        // Given slices that have nine tenths of the budget, no margin to speak of, and starts of the evidence on the
        // way
        double alpha = 0.05;
        int runs = LONG ? 1_000 : 100;
        int seconds = LONG ? 1_500 : 700;
        RareMargins rare = new RareMargins(0.02, 1.01, 1e-4, 1.01, 1e-4);
        Margins narrow =
                new Margins(alpha, 0.05, 1.01, ErrorFloors.at(1e-4), 0.02, 0.02, 0.02, 1.01, rare, Weights.DEFAULTS);
        SimulatedArm faulty = SimulatedArm.healthy().failing(0.02).faulty(0.01, 0.01);
        List<Part> equal = List.of(new Part(0.3, faulty), new Part(0.3, faulty.failing(0.2)), new Part(0.4, faulty));
        SimulatedSlices rollout = new SimulatedSlices(SimulatedSlices.plan(narrow, NAMES, 0.9), 20, equal, equal);

        int takenBack = 0;
        for (int seed = 0; seed < runs; seed++) {
            takenBack += rollout.run(seed, 0, seconds).rolledBackSecond().isPresent() ? 1 : 0;
        }

        System.out.printf("equal, two slices: %d of %d taken back at %.2f%n", takenBack, runs, alpha);
        assertThat((double) takenBack).isLessThanOrEqualTo(runs * alpha + 3.1 * Math.sqrt(runs * alpha * (1 - alpha)));
    }
}
