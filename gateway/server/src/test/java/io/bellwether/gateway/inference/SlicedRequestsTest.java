package io.bellwether.gateway.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.controlapi.log.Command;
import io.bellwether.controlapi.log.Slice;
import io.bellwether.gateway.EdgeFixture;
import io.bellwether.gateway.FakeWorkerLink;
import io.bellwether.gateway.Requests;
import io.bellwether.gateway.call.Timekeeper;
import io.bellwether.gateway.control.Commands;
import io.bellwether.gateway.control.LogEntry;
import io.bellwether.routing.admission.LimitSettings;
import io.bellwether.routing.admission.TenantQuota;
import io.bellwether.telemetry.events.Arm;
import io.bellwether.telemetry.events.CellCounts;
import io.bellwether.telemetry.events.SliceCounts;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which slices the requests of clients are counted in. */
class SlicedRequestsTest {
    private static final String INFER = "/v2/models/m/infer";
    private static final long LATER_SLOT = 1L << 40;

    private final FakeWorkerLink worker = new FakeWorkerLink().serving("m", "1", "2");
    private final EdgeFixture gateway = EdgeFixture.withTenants(
            new Timekeeper.OfMachine(),
            Map.of("acme", TenantQuota.UNLIMITED),
            new LimitSettings(64, 64, 64, 1, 1, 1, 1),
            worker);

    @AfterEach
    void stop() {
        gateway.close();
    }

    /** Half of the traffic to each compared arm, with slices by tenant and by segment. */
    private static Command create() {
        return create(5_000);
    }

    private static Command create(int weightBasisPoints) {
        Command.Builder command = Commands.create("r", weightBasisPoints, "").toBuilder();
        command.getCreateBuilder()
                .getGuardrailsBuilder()
                .addSlices(Slice.newBuilder().setBy("tenant").addValues("acme").addValues("default"))
                .addSlices(Slice.newBuilder().setBy("X-Segment").addValues("free"));
        return command.build();
    }

    private void ask(int times, String... headers) {
        for (int i = 0; i < times; i++) {
            assertThat(gateway.post(INFER, Requests.JSON, headers).statusCode()).isEqualTo(200);
        }
    }

    private List<CellCounts> cells() {
        return gateway.evidence.snapshots(Set.of("m"), LATER_SLOT).get(0).getCellsList();
    }

    @Test
    void aComparedRequestCountsInEachDeclaredSliceThatItBelongsTo() {
        // Given
        gateway.fold.apply(new LogEntry(7, 0, create()), 0, true);

        // When
        ask(5, EdgeFixture.TENANT_HEADER, "acme", "X-Segment", "free");
        ask(4, EdgeFixture.TENANT_HEADER, "initech", "x-segment", "free");
        ask(3, "X-Segment", "paid");

        // Then the tenant is the one that quotas know, and an undeclared value is in no slice
        Map<Integer, Long> bySlice = new TreeMap<>();
        long requests = 0;
        for (CellCounts cell : cells()) {
            requests += cell.getRequests();
            for (SliceCounts slice : cell.getSlicesList()) {
                bySlice.merge(slice.getSlice(), slice.getRequests(), Long::sum);
                assertThat(slice.getFailures()).isZero();
            }
        }
        assertThat(requests).isEqualTo(12);
        assertThat(bySlice).isEqualTo(Map.of(0, 5L, 1, 7L, 2, 9L));
    }

    @Test
    void whatIsNotComparedHasNoSlices() {
        // Given a rollout that compares nothing of what is asked by version
        gateway.fold.apply(new LogEntry(7, 0, create()), 0, true);

        // When
        gateway.post("/v2/models/m/versions/2/infer", Requests.JSON, EdgeFixture.TENANT_HEADER, "acme");

        // Then
        assertThat(cells()).hasSize(1).allSatisfy(cell -> assertThat(cell.getSlicesList())
                .isEmpty());
    }

    @Test
    void whatWasDrawnForTheRestOfTheStableVersionIsToldApartToo() {
        // Given a tenth of the traffic in each compared arm
        gateway.fold.apply(new LogEntry(7, 0, create(1_000)), 0, true);

        // When
        ask(60, EdgeFixture.TENANT_HEADER, "acme");

        // Then every request says at which share its arm was drawn, and the rest tells no latency of a slice
        List<CellCounts> cells = cells();
        assertThat(cells).allSatisfy(cell -> {
            assertThat(cell.getKey().getComparedBasisPoints()).isEqualTo(1_000);
            assertThat(cell.getSlices(0).getRequests()).isEqualTo(cell.getRequests());
        });
        assertThat(cells)
                .filteredOn(cell -> cell.getKey().getArm() == Arm.STABLE_REST)
                .isNotEmpty()
                .allSatisfy(cell -> assertThat(
                                cell.getSlices(0).getWitnessLatencyNanos().getCountList())
                        .isEmpty());
    }

    @Test
    void withoutADeclarationThereAreNoSlices() {
        gateway.fold.apply(new LogEntry(7, 0, Commands.create("r", 5_000, "")), 0, true);

        ask(3, EdgeFixture.TENANT_HEADER, "acme");

        assertThat(cells()).isNotEmpty().allSatisfy(cell -> assertThat(cell.getSlicesList())
                .isEmpty());
    }
}
