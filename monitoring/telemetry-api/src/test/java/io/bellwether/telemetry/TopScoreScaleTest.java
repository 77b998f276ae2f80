package io.bellwether.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class TopScoreScaleTest {
    @Test
    void edgesRiseAndAreFewAndDoNotMove() {
        // When
        List<Double> edges = TopScoreScale.edges();

        // Then the sum pins them: other edges need another name
        assertThat(edges).isSorted().doesNotHaveDuplicates().hasSize(72);
        assertThat(TopScoreScale.bins()).isEqualTo(74);
        assertThat(edges.stream().mapToDouble(Double::doubleValue).sum()).isCloseTo(1_386.4581, within(1e-3));
        assertThat(TopScoreScale.NAME).isEqualTo("top-1");
    }

    @Test
    void probabilitiesAreToldApartByTheirLogit() {
        // Then 0.5 is an edge, and between 0.9 and 0.999999 there are bins of half a logit each
        assertThat(TopScoreScale.edges()).contains(0.0, 0.5, 1.0, 2.0, 64.0);
        assertThat(TopScoreScale.edges().stream().filter(edge -> edge > 0.9 && edge < 1))
                .hasSize(24);
    }
}
