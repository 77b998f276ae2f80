package io.bellwether.gateway.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bellwether.gateway.EdgeFixture;
import io.bellwether.gateway.FakeWorkerLink;
import io.bellwether.gateway.Requests;
import io.bellwether.gateway.control.Commands;
import io.bellwether.gateway.control.LogEntry;
import io.bellwether.protocol.Origin;
import io.bellwether.protocol.WireNames;
import io.bellwether.protocol.oip.ModelInferRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the route table says is what the worker is asked, and what the client is told. */
class SplitTest {
    private static final String INFER = "/v2/models/m/infer";

    private final FakeWorkerLink worker = new FakeWorkerLink().serving("m", "1", "2");
    private final EdgeFixture gateway = new EdgeFixture(worker);

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void armsGetTheirSharesAndVersions() {
        // Given
        gateway.fold.apply(new LogEntry(7, 0, Commands.create("r", 2_500, "")), 0, true);

        // When
        for (int i = 0; i < 800; i++) {
            gateway.post(INFER, Requests.JSON, WireNames.HEADER_REQUEST_ID, "id-" + i);
        }

        // Then
        Map<String, Integer> byArm = new HashMap<>();
        for (int i = 0; i < 800; i++) {
            Origin origin = worker.origins.get(i).orElseThrow();
            String version = worker.received.get(i).getModelVersion();
            byArm.merge(origin.arm() + "/" + version + "/" + origin.rollout(), 1, Integer::sum);
        }
        assertThat(byArm).containsOnlyKeys("CANDIDATE/2/r", "CONTROL/1/r", "STABLE_REST/1/r");
        assertThat(byArm.get("CANDIDATE/2/r") / 800.0).isCloseTo(0.25, within(0.06));
        assertThat(byArm.get("CONTROL/1/r") / 800.0).isCloseTo(0.25, within(0.06));
    }

    @Test
    void theKeyHeaderKeepsAClientInItsArm() {
        // Given
        gateway.fold.apply(new LogEntry(7, 0, Commands.create("r", 5_000, "X-User")), 0, true);

        // When
        for (int user = 0; user < 20; user++) {
            for (int i = 0; i < 3; i++) {
                gateway.post(INFER, Requests.JSON, "X-User", "user-" + user);
            }
        }

        // Then
        for (int user = 0; user < 20; user++) {
            assertThat(worker.received.subList(3 * user, 3 * user + 3))
                    .extracting(ModelInferRequest::getModelVersion)
                    .containsOnly(worker.received.get(3 * user).getModelVersion());
        }
        assertThat(worker.received)
                .extracting(ModelInferRequest::getModelVersion)
                .contains("1", "2");
    }

    @Test
    void aRollbackTakesTheCandidateAway() {
        // Given
        gateway.fold.apply(new LogEntry(7, 0, Commands.create("r", 5_000, "")), 0, true);
        gateway.fold.apply(new LogEntry(9, 0, Commands.rollBack("r")), 0, true);

        // When
        for (int i = 0; i < 40; i++) {
            gateway.post(INFER, Requests.JSON);
        }
        HttpResponse<String> answer = gateway.post(INFER, Requests.JSON);

        // Then
        assertThat(worker.received)
                .extracting(ModelInferRequest::getModelVersion)
                .containsOnly("1");
        assertThat(answer.headers().firstValue(WireNames.HEADER_ROUTE_VERSION)).contains("9");
        assertThat(answer.headers().firstValue(WireNames.HEADER_ROLLOUT)).isEmpty();
    }

    @Test
    void pinnedRequestsIgnoreTheRollout() {
        // Given
        gateway.fold.apply(new LogEntry(7, 0, Commands.create("r", 5_000, "")), 0, true);

        // When
        for (int i = 0; i < 20; i++) {
            gateway.post("/v2/models/m/versions/2/infer", Requests.JSON);
        }

        // Then
        assertThat(worker.origins).hasSize(20).allSatisfy(origin -> {
            assertThat(origin.orElseThrow().arm()).isEqualTo("PINNED");
            assertThat(origin.orElseThrow().rollout()).isEmpty();
        });
    }
}
