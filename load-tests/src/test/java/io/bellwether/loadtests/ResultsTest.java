package io.bellwether.loadtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResultsTest {
    private static final long MILLI = 1_000_000L;

    @Test
    void aJsonLineHoldsTheSecondAndTheTotalByVersion() throws Exception {
        // Given
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Progress progress = new Progress(new PrintStream(out, true, StandardCharsets.UTF_8), true, 200);
        Tally tally = new Tally();
        tally.add(new Answer(Outcome.OK, "1", 4), 3 * MILLI, 4);
        progress.second(1, tally, 2);
        tally.add(new Answer(Outcome.OK, "1", 5), 5 * MILLI, 4);
        tally.add(Answer.failed(Outcome.MODEL_ERROR, "2"), MILLI, 4);
        tally.add(Answer.failed(Outcome.TRANSPORT, ""), MILLI, 4);

        // When
        progress.second(2, tally, 0);

        // Then
        String[] lines = out.toString(StandardCharsets.UTF_8).split("\n");
        JsonNode second = new ObjectMapper().readTree(lines[1]);
        assertThat(lines).hasSize(2);
        assertThat(second.at("/second").asInt()).isEqualTo(2);
        assertThat(second.at("/interval/total").asInt()).isEqualTo(3);
        assertThat(second.at("/interval/versions/1/outcomes/ok").asInt()).isEqualTo(1);
        assertThat(second.at("/interval/versions/2/outcomes/model_error").asInt())
                .isEqualTo(1);
        assertThat(second.at("/interval/versions/none/failures").asInt()).isEqualTo(1);
        assertThat(second.at("/total/total").asInt()).isEqualTo(4);
        assertThat(second.at("/total/versions/1/correct").asInt()).isEqualTo(1);
        assertThat(second.at("/total/versions/1/labelled").asInt()).isEqualTo(2);
        assertThat(second.at("/total/versions/1/p50Millis").asDouble()).isCloseTo(3, within(0.01));
        assertThat(second.at("/total/versions/1/maxMillis").asDouble()).isCloseTo(5, within(0.01));
    }

    @Test
    void versionsBeyondTheLimitShareOneCell() {
        // Given
        Tally tally = new Tally();

        // When
        for (int version = 0; version < 200; version++) {
            tally.add(new Answer(Outcome.OK, String.valueOf(version), 0), MILLI, 0);
        }

        // Then
        assertThat(tally.total()).hasSize(65);
        assertThat(tally.total().get(Tally.OTHER_VERSIONS).total()).isEqualTo(136);
    }

    @Test
    void ratiosAreTakenWithinARound() {
        // Given a machine that is twice as slow in round 2
        var ways = List.of(new Baseline.Way("a", new NoSender()), new Baseline.Way("b", new NoSender()));
        var measured = List.of(
                measured("a", 1, 10),
                measured("b", 1, 30),
                measured("b", 2, 60),
                measured("a", 2, 20),
                measured("a", 3, 10),
                measured("b", 3, 40));

        // When
        Baseline.Summary summary = Baseline.summarise(ways, measured).get(1);

        // Then
        assertThat(summary.way()).isEqualTo("b");
        assertThat(summary.ratio(Baseline.Ratio::p50).median()).isCloseTo(3, within(0.01));
        assertThat(summary.ratio(Baseline.Ratio::p50).most()).isCloseTo(4, within(0.01));
        assertThat(summary.spread(Baseline.Measured::p50Millis).median()).isCloseTo(40, within(0.1));
        assertThat(summary.ratios()).extracting(Baseline.Ratio::round).containsExactly(1, 2, 3);
        assertThat(new ObjectMapper()
                        .valueToTree(summary.fields())
                        .at("/ratioByRound/1/p99")
                        .asDouble())
                .isCloseTo(3, within(0.01));
        assertThat(Baseline.Spread.of(new double[] {4, 1, 2, 3}).median()).isEqualTo(2.5);
    }

    @Test
    void reasonsOfTheServerBecomeOutcomes() {
        assertThat(Outcome.of("QUEUE_FULL", Outcome.UNAVAILABLE)).isEqualTo(Outcome.REFUSED);
        assertThat(Outcome.of("MODEL_FAILED", Outcome.UNAVAILABLE)).isEqualTo(Outcome.MODEL_ERROR);
        assertThat(Outcome.of("SOMETHING_NEW", Outcome.UNAVAILABLE)).isEqualTo(Outcome.UNAVAILABLE);
        assertThat(Statuses.ofHttp(504)).isEqualTo(Outcome.TIMEOUT);
        assertThat(Statuses.ofHttp(400)).isEqualTo(Outcome.INVALID);
        assertThat(Statuses.ofHttp(500)).isEqualTo(Outcome.MODEL_ERROR);
    }

    private static Baseline.Measured measured(String way, int round, long millis) {
        Tally tally = new Tally();
        tally.add(new Answer(Outcome.OK, "1", 0), millis * MILLI, 0);
        return new Baseline.Measured(way, Baseline.Mode.ONE_AT_A_TIME, round, 1, Tally.sum(tally.total()));
    }

    private static final class NoSender implements Sender {
        @Override
        public void send(Ask ask, java.util.function.Consumer<Answer> answered) {
            throw new AssertionError("not sent to");
        }

        @Override
        public void close() {}
    }
}
