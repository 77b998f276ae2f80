package io.bellwether.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bellwether.cli.Shell.Ran;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WatchTest {

    private FakeControlApi api;

    @BeforeEach
    void start() throws IOException {
        api = new FakeControlApi();
        api.rollout(FakeControlApi.newRollout("d-1"));
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void evidenceGrowsLineByLineUntilTheCandidateIsPromoted() {
        api.then(rollout -> {});
        api.then(rollout -> rollout.set("verdict", Verdicts.growing(1_000, 0.25)));
        api.then(rollout -> {});
        api.then(rollout -> rollout.set("verdict", Verdicts.growing(2_000, 0.5)));
        api.then(rollout -> FakeControlApi.move(rollout, "advance", "monitoring", "no harm"));
        api.then(rollout -> FakeControlApi.move(rollout, "promote", "monitoring", "no harm at the last step"));

        Ran ran = watch("d-1", "--interval", "2s");

        assertThat(ran.code()).isZero();
        assertThat(ran.err()).isEmpty();
        assertThat(ran.out().lines())
                .containsExactly(
                        "SECONDS  STATE        STEP   WEIGHT    CONTROL    CANDIDATE  HARM   CONCLUSION",
                        "0        RUNNING      1      25 %      0          0          -      no verdict yet",
                        "SECONDS  STATE        STEP   WEIGHT    CONTROL    CANDIDATE  HARM   latency_p50  CONCLUSION",
                        "2        RUNNING      1      25 %      1,000      1,000      10 %   25 %         HOLD: more evidence is needed",
                        "6        RUNNING      1      25 %      2,000      2,000      10 %   50 %         HOLD: more evidence is needed",
                        "8        RUNNING      2      25 %      2,000      2,000      10 %   50 %         HOLD: more evidence is needed",
                        "10       PROMOTED     2      25 %      2,000      2,000      10 %   50 %         HOLD: more evidence is needed",
                        "rollout d-1 ended: PROMOTED by monitoring: no harm at the last step; 4,000 requests saw the"
                                + " candidate and cost 2.00e-06 USD");
    }

    @Test
    void aRollBackIsNamedWithItsReasonAndFailsTheWatch() {
        api.then(rollout -> {
            ObjectNode verdict = Verdicts.growing(1_000, -0.5);
            verdict.put("logECombined", 6.0).put("conclusion", "ROLL_BACK");
            verdict.putArray("harmed").add("latency_p50");
            rollout.set("verdict", verdict);
        });
        api.then(rollout -> FakeControlApi.move(rollout, "rollback", "monitoring", "latency_p50 is beyond its margin"));

        Ran ran = watch("d-1");

        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.out()).contains("100 %  HARM         ROLL_BACK");
        assertThat(ran.out())
                .contains(
                        "rollout d-1 ended: ROLLED_BACK by monitoring: latency_p50 is beyond its margin; 2,000 requests");
    }

    @Test
    void asJsonEachChangeIsOneLine() throws IOException {
        api.then(rollout -> {});
        api.then(rollout -> {});
        api.then(rollout -> FakeControlApi.move(rollout, "abort", "person:ada", "enough"));

        List<String> lines = watch("d-1", "-o", "json").out().lines().toList();

        assertThat(lines).hasSize(2);
        assertThat(new ObjectMapper().readTree(lines.get(1)).path("state").asText())
                .isEqualTo("ABORTED");
    }

    @Test
    void aWatchSaysOnceThatVerdictsComeNoMore() {
        // Given
        api.then(rollout -> rollout.set("verdict", Verdicts.growing(1_000, 0.25)));
        api.then(rollout -> rollout.put("verdictAgeSeconds", 6));
        api.then(rollout -> rollout.put("verdictAgeSeconds", 7));
        api.then(rollout -> FakeControlApi.move(rollout, "abort", "person:ada", "enough"));

        // When
        List<String> lines = watch("d-1").out().lines().toList();

        // Then
        assertThat(lines).hasSize(5);
        assertThat(lines.get(2))
                .contains("Alarm: the latest verdict is 6 s old")
                .endsWith("HOLD: more evidence is needed");
        assertThat(lines.get(3)).contains("ABORTED").doesNotContain("Alarm");
    }

    @Test
    void theWatchEndsWhenItsTimeIsOver() {
        Ran ran = watch("d-1", "--interval", "1s", "--until", "30s");

        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.err()).contains("rollout d-1 has not ended in 30 s");
        assertThat(api.asked()).hasSize(31);
    }

    @Test
    void aGatewayThatGoesAwayIsWaitedForAMinuteAndNotLonger() {
        api.then(rollout -> {});
        api.then(rollout -> api.alwaysAnswer(502, "bad gateway"));

        Ran ran = watch("d-1", "--interval", "1s");

        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.err().lines()).hasSize(2);
        assertThat(ran.err()).contains("looking again for 60 s");
        assertThat(api.asked()).hasSize(62);
    }

    @Test
    void anUnknownRolloutIsRefusedAtOnce() {
        Ran ran = watch("nope");

        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.err()).contains("rollout 'nope' is not known");
        assertThat(api.asked()).hasSize(1);
    }

    @Test
    void aShareOfEvidenceIsNeverRoundedUpToTheWhole() {
        assertThat(RolloutText.percentOf(2.9999, 3)).isEqualTo("99 %");
        assertThat(RolloutText.percentOf(3, 3)).isEqualTo("100 %");
        assertThat(RolloutText.percentOf(-7, 3)).isEqualTo("0 %");
        assertThat(RolloutText.percentOf(Double.NaN, 3)).isEqualTo("0 %");
        assertThat(RolloutText.percentOf(1, 0)).isEqualTo("-");
    }

    private Ran watch(String... args) {
        List<String> all = new ArrayList<>(List.of("rollout", "watch"));
        all.addAll(List.of(args));
        all.addAll(List.of("--control", api.url()));
        return Shell.run(all.toArray(String[]::new));
    }
}
