package io.bellwether.gateway.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.controlapi.log.Target;
import io.bellwether.gateway.EdgeFixture;
import io.bellwether.gateway.FakeTime;
import io.bellwether.gateway.FakeWorkerLink;
import io.bellwether.gateway.Requests;
import io.bellwether.gateway.call.Cancellation;
import io.bellwether.gateway.control.Commands;
import io.bellwether.gateway.control.LogEntry;
import io.bellwether.gateway.evidence.ArmOutcomes;
import io.bellwether.gateway.inference.InferenceResult.Trace;
import io.bellwether.protocol.Origin;
import io.bellwether.routing.admission.LimitSettings;
import io.bellwether.routing.admission.TenantQuota;
import io.bellwether.routing.guard.SliceCounts;
import io.bellwether.telemetry.events.Arm;
import io.bellwether.telemetry.events.CellCounts;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests inside and outside the target of a rollout, from the edge to what is counted. */
class TargetedInferenceTest {
    private static final int REQUESTS = 200;
    private static final Target ACME = Target.newBuilder().addTenants("acme").build();
    private static final Target BETA = Target.newBuilder()
            .setHeader("x-plan")
            .addValues("beta")
            .addValues("pro")
            .build();

    private final FakeTime time = new FakeTime();
    private final FakeWorkerLink worker = new FakeWorkerLink().serving("m", "1", "2");
    private final EdgeFixture gateway = EdgeFixture.withTenants(
            time,
            Map.of("acme", TenantQuota.UNLIMITED, "globex", TenantQuota.UNLIMITED),
            new LimitSettings(64, 64, 64, 1, 1, 1, 1),
            worker);
    private List<CellCounts> counted = List.of();

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void onlyRequestsOfTheTenantTakePartAndTheyAreAllThatIsCounted() {
        // Given half of acme's requests for the candidate
        rollout(ACME, "");
        gateway.outcomes.watch(Set.of(new ArmOutcomes.Watched("r", "")));

        // When
        List<Trace> inside = ask(header(EdgeFixture.TENANT_HEADER, "acme"));
        List<Trace> outside = ask(header(EdgeFixture.TENANT_HEADER, "globex"));
        List<Trace> undeclared = ask(header(EdgeFixture.TENANT_HEADER, "initech"));
        List<Trace> unnamed = ask(name -> "");

        // Then half of those inside, sd 7, and nobody else see the candidate
        assertThat(inside).filteredOn(trace -> trace.version().equals("2")).hasSizeBetween(65, 135);
        assertThat(inside).allMatch(trace -> trace.rolloutId().equals("r"));
        for (List<Trace> others : List.of(outside, undeclared, unnamed)) {
            assertThat(others)
                    .allMatch(trace -> trace.version().equals("1")
                            && trace.arm().equals("STABLE_REST")
                            && trace.rolloutId().isEmpty());
        }

        // And telemetry, workers and the guard know the others as requests of no rollout
        assertThat(requests("r", Arm.CANDIDATE) + requests("r", Arm.CONTROL)).isEqualTo(REQUESTS);
        assertThat(requests("r", Arm.STABLE_REST)).isZero();
        assertThat(requests("", Arm.STABLE_REST)).isEqualTo(3 * REQUESTS);
        assertThat(worker.origins)
                .filteredOn(origin -> origin.map(Origin::rollout).orElse("").equals("r"))
                .hasSize(REQUESTS);
        SliceCounts guarded = gateway.outcomes.take(new ArmOutcomes.Watched("r", ""));
        assertThat(guarded.candidateGood() + guarded.stableGood()).isEqualTo(REQUESTS);
    }

    @Test
    void theWholeValueOfTheHeaderDecides() {
        // Given
        rollout(BETA, "");

        // Then
        for (String value : List.of("beta", "pro")) {
            assertThat(ask(header("x-plan", value)))
                    .extracting(Trace::rolloutId)
                    .containsOnly("r");
        }
        for (String value : List.of("", "Beta", "beta,pro", "free")) {
            assertThat(ask(header("x-plan", value)))
                    .extracting(Trace::rolloutId)
                    .containsOnly("");
        }
    }

    @Test
    void clientsOutsideAreNotRemembered() {
        // Given a split by client
        rollout(BETA, "x-user");

        // When
        ask(header("x-user", "ann"));
        ask(name -> name.equals("x-plan") ? "beta" : "bob");

        // Then
        assertThat(cells())
                .filteredOn(cell -> cell.getKey().getRolloutId().isEmpty())
                .isNotEmpty()
                .allMatch(cell -> cell.getKey().getClientMemory() == 0);
        assertThat(cells()).filteredOn(cell -> cell.getKey().getFirstOfClient()).hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void aVersionThatTheClientNamesIsServedInsideAndOutside() {
        rollout(ACME, "");

        for (String tenant : List.of("acme", "globex")) {
            assertThat(infer("id", "2", header(EdgeFixture.TENANT_HEADER, tenant))
                            .arm())
                    .isEqualTo("PINNED");
        }
    }

    private void rollout(Target target, String keyHeader) {
        gateway.fold.apply(new LogEntry(0, 0, Commands.create("r", keyHeader, target)), 0, true);
    }

    private static UnaryOperator<String> header(String header, String value) {
        return name -> name.equals(header) ? value : "";
    }

    private List<Trace> ask(UnaryOperator<String> header) {
        return IntStream.range(0, REQUESTS)
                .mapToObj(i -> infer("id-" + i, "", header))
                .toList();
    }

    private Trace infer(String id, String version, UnaryOperator<String> header) {
        InferenceResult result = gateway.inference
                .infer(new InferenceCall(
                        id,
                        Requests.raw("m", version),
                        header,
                        time.nanos(),
                        1_000_000_000L,
                        InferenceCall.Kind.WHOLE,
                        new Cancellation()))
                .toCompletableFuture()
                .join();
        return ((InferenceResult.Served) result).trace();
    }

    private long requests(String rolloutId, Arm arm) {
        return cells().stream()
                .filter(cell -> cell.getKey().getRolloutId().equals(rolloutId))
                .filter(cell -> cell.getKey().getArm() == arm)
                .mapToLong(CellCounts::getRequests)
                .sum();
    }

    /** Told once only. */
    private List<CellCounts> cells() {
        if (counted.isEmpty()) {
            counted = gateway.evidence
                    .snapshots(Set.of("m"), time.epochMillis() / 1_000 + 1)
                    .get(0)
                    .getCellsList();
        }
        return counted;
    }
}
