package io.bellwether.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.monitoring.folding.Accepted;
import io.bellwether.monitoring.judging.Taken;
import io.bellwether.telemetry.events.EmbeddingEvidence;
import io.bellwether.telemetry.events.GuardrailEvidence;
import io.bellwether.telemetry.events.ObjectiveEvidence;
import io.bellwether.telemetry.events.ScoreEvidence;
import io.bellwether.telemetry.events.Verdict;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Scrapes the registry that Quarkus exports with, although Micrometer has a newer one. */
@SuppressWarnings("deprecation")
class MonitoringMetricsTest {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final MonitoringMetrics metrics = new MonitoringMetrics(registry);

    /** Dashboards and rules rely on these names. */
    @Test
    void theFamiliesAreThoseOfTheList() throws IOException {
        // Given everything that can happen
        metrics.observe(() -> 1, () -> 2);
        metrics.snapshotTaken("digits", new Taken(new Accepted(1, 2, 3), 4, 5));
        metrics.recordRefused("unreadable_snapshot");
        metrics.processes("digits", 1, 2, 3);
        metrics.verdict(verdict());
        metrics.evidenceJudged("digits", 10, 12_500);
        metrics.decision("digits", "roll_back");
        metrics.restarted();

        // When
        List<String> families = registry.scrape()
                .lines()
                .filter(line -> line.startsWith("# TYPE "))
                .map(line -> line.split(" ")[2])
                .sorted()
                .toList();

        // Then
        assertThat(families)
                .as("bellwether-metrics.txt should read:%n%s", String.join("\n", families))
                .isEqualTo(listed());
    }

    @Test
    void theDelayRunsFromTheEndOfTheSlot() {
        metrics.evidenceJudged("digits", 10, 12_500);

        assertThat(registry.scrape())
                .contains("bellwether_monitoring_evaluation_delay_seconds_sum{model=\"digits\",} 1.5");
    }

    @Test
    void whatIsSaidAboutARolloutGoesWhenItEnds() {
        // Given
        metrics.processes("digits", 1, 1, 0);
        metrics.verdict(verdict());
        metrics.verdict(verdict().toBuilder().setModel("other").build());

        // When
        metrics.rolloutEnded("digits");

        // Then the other model and the processes stay
        assertThat(registry.scrape())
                .doesNotContain("log_e{arm=\"\",guardrail=\"errors\",model=\"digits\",}")
                .contains("log_e{arm=\"\",guardrail=\"errors\",model=\"other\",}")
                .contains("processes_live{kind=\"gateway\",model=\"digits\",}");

        // When the model goes too
        metrics.modelLeft("digits");

        // Then
        assertThat(registry.scrape()).doesNotContain("processes_live{kind=\"gateway\",model=\"digits\",}");
    }

    private static Verdict verdict() {
        return Verdict.newBuilder()
                .setModel("digits")
                .setObjective(ObjectiveEvidence.newBuilder().setBurning(true))
                .setScores(ScoreEvidence.newBuilder().setMoved(true).setDistance(0.1))
                .setEmbeddings(EmbeddingEvidence.newBuilder().setMoved(true))
                .setConclusion(Verdict.Conclusion.HOLD)
                .addGuardrails(GuardrailEvidence.newBuilder()
                        .setName("errors")
                        .setLogEHarm(Double.NEGATIVE_INFINITY)
                        .setLogESafe(1))
                .build();
    }

    private static List<String> listed() throws IOException {
        try (InputStream in = MonitoringMetrics.class.getResourceAsStream("/META-INF/bellwether-metrics.txt")) {
            return in == null
                    ? List.of()
                    : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .toList();
        }
    }
}
