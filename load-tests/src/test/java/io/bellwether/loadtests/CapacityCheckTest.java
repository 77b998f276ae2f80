package io.bellwether.loadtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bellwether.loadtests.CapacityCheckCommand.Measured;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class CapacityCheckTest {
    private static final String ANSWER =
            """
            {"model":"cnn","projectedTraffic":{"basis":"POISSON"},"versions":[{"known":%s,
              "promisedRequestsPerSecond":200.0,"meanRequestsPerSecond":250.0,"sustainedRequestsPerSecond":190.0,
              "projection":[{"weightPercent":1},
                {"weightPercent":100,"p99Millis":60.0,"onTimeShare":0.995,"utilisation":0.8}],
              "workers":[{"objectiveMillis":100.0,
                "latency":{"alphaMillis":1.25,"betaMillis":4.5,"sigmaShare":0.031},
                "capacity":{"bestItems":10}}]}]}""";

    private static PublishedCapacity said(String known) throws IOException, LoadProblem {
        return PublishedCapacity.of(new ObjectMapper().readTree(ANSWER.formatted(known)));
    }

    @Test
    void whatIsPublishedIsReadWithTheProjectionOfAllTraffic() throws IOException, LoadProblem {
        assertThat(said("true"))
                .isEqualTo(new PublishedCapacity(
                        200, 250, 190, 100, 10, "1.25 + 4.50 b ms, sigma 3.1 %", "POISSON", 60, 0.995, 0.8));
    }

    @Test
    void aCapacityThatIsNotKnownIsAProblem() {
        assertThatThrownBy(() -> said("false")).hasMessage("the capacity of cnn is not known yet");
    }

    /** Ten seconds at a share of a promise of 200/s. */
    private static Measured measured(int round, double share, int onTime, int late) throws IOException, LoadProblem {
        Tally tally = new Tally();
        for (int i = 0; i < onTime; i++) {
            tally.add(new Answer(Outcome.OK, "1", 0), 50_000_000, -1);
        }
        for (int i = 0; i < late; i++) {
            tally.add(new Answer(Outcome.OK, "1", 0), 120_000_000, -1);
        }
        PublishedCapacity said = said("true");
        return new Measured(round, share, 200 * share, said, said, Tally.sum(tally.total()), 10);
    }

    @Test
    void aPromiseIsComparedWithWhatWasOnTimeInTheSameRound() throws IOException, LoadProblem {
        // Given at most 160/s on time, and 99 % of them at 0.7 only
        List<Measured> all = List.of(measured(1, 0.7, 1_400, 0), measured(1, 1.0, 1_600, 400));

        // When
        String summary = CapacityCheckCommand.summary(all, List.of(0.7));

        // Then
        assertThat(summary.lines())
                .containsExactly(
                        "- promise to the most that was on time: 1.25",
                        "- rate of best batches without a pause to the most that was on time: 1.56",
                        "- sustained rate to the most that was on time: 1.19",
                        "- highest share of the sustained rate with 99 % on time: 0.700",
                        "- p99 projected to measured at 0.7: 1.20");
    }
}
