package io.bellwether.batching;

import static io.bellwether.batching.PolicyComparison.mean;
import static io.bellwether.batching.PolicyComparison.play;
import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.batching.PolicyComparison.Greedy;
import io.bellwether.batching.PolicyComparison.Request;
import io.bellwether.batching.PolicyComparison.Result;
import io.bellwether.batching.PolicyComparison.SizeAndDelay;
import io.bellwether.batching.PolicyComparison.Trace;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PolicyComparisonTest {
    private static final int SEEDS = 3;
    private static final int EARLY_DROP = 3;
    private static final int OURS = 4;

    private static Result result(int policy, Trace trace, double load) {
        return mean(PolicyComparison.policies(trace).get(policy), trace, load, SEEDS);
    }

    @ParameterizedTest
    @EnumSource
    void aboveSaturationOursServesWhatEarlyDropServesOrMore(Trace trace) {
        // When
        double ours = result(OURS, trace, 1.1).onTimePercent();
        double earlyDrop = result(EARLY_DROP, trace, 1.1).onTimePercent();

        // Then: seeds differ by two points where arrivals come in bursts
        assertThat(ours).as("seeds 1 to %d", SEEDS).isGreaterThan(earlyDrop - 2);
    }

    @ParameterizedTest
    @EnumSource(names = {"POISSON_25_100", "BURSTY_25_100"})
    void oursKeepsShortDeadlinesAmongLongOnes(Trace trace) {
        assertThat(result(OURS, trace, 1.1).onTimePercent())
                .as("seeds 1 to %d", SEEDS)
                .isGreaterThan(result(EARLY_DROP, trace, 1.1).onTimePercent() + 0.5);
    }

    @Test
    void takingAllThatWaitsCollapsesAboveSaturation() {
        assertThat(mean(Greedy::new, Trace.POISSON_50, 1.4, SEEDS).onTimePercent())
                .isLessThan(5);
    }

    @Test
    void atLowLoadOursWaitsForNobody() {
        // When
        Result ours = result(OURS, Trace.POISSON_50, 0.3);
        Result greedy = mean(Greedy::new, Trace.POISSON_50, 0.3, SEEDS);
        Result delay = mean(() -> new SizeAndDelay(1), Trace.POISSON_50, 0.3, SEEDS);

        // Then
        assertThat(ours.onTimePercent()).isGreaterThan(99.9);
        assertThat(ours.p50Millis()).isLessThan(1.02 * greedy.p50Millis()).isLessThan(delay.p50Millis());
    }

    @Test
    void aBatchOfOneTakesWhatTheLineSays() {
        // Given a request alone, on a line of 2.97 ms with 4 % noise
        List<Request> alone = List.of(new Request(0, 0, 50_000_000));

        // When
        Result result = play(new Greedy(), alone, 1);

        // Then
        assertThat(result.onTimePercent()).isEqualTo(100);
        assertThat(result.p50Millis()).isBetween(2.97 * 0.8, 2.97 * 1.2);
    }
}
