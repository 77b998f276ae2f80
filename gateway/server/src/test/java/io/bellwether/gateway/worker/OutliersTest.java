package io.bellwether.gateway.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.gateway.Directories;
import io.bellwether.gateway.FakeTime;
import io.bellwether.gateway.FakeWorkerLink;
import io.bellwether.gateway.Requests;
import io.bellwether.gateway.call.Cancellation;
import io.bellwether.protocol.FailureReason;
import io.bellwether.routing.outlier.OutlierSettings;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three workers that serve one version, seen through what is sent to them. */
class OutliersTest {
    private static final long SECOND_NANOS = 1_000_000_000L;

    private final FakeTime time = new FakeTime();
    private final List<FakeWorkerLink> links = List.of(serving(), serving(), serving());
    private final Worker third = new Worker("c", links.get(2));
    private final WorkerDirectory directory =
            Directories.of(time, List.of(new Worker("a", links.get(0)), new Worker("b", links.get(1)), third));
    private final Dispatch dispatch = new Dispatch(directory, new RetryBudget(0, 1), Dispatch.LostWork.FAILS, time);
    private final Outliers outliers = new Outliers(directory, OutlierSettings.DEFAULT);

    private static FakeWorkerLink serving() {
        return new FakeWorkerLink().serving("m", "1");
    }

    @BeforeEach
    void poll() {
        directory.poll();
        outliers.look(time.nanos());
    }

    private void second(int requests) {
        for (int i = 0; i < requests; i++) {
            dispatch.send(Requests.outgoing("m", "1"), time.nanos() + SECOND_NANOS, new Cancellation());
        }
        time.advanceMillis(1_000);
        outliers.look(time.nanos());
    }

    private Worker bad() {
        return third;
    }

    @Test
    void theOneThatFailsGetsNothingUntilItsTrialSucceeds() {
        // Given
        links.get(2).fails(FailureReason.INTERNAL, "broken", true);

        // When
        second(300);

        // Then
        assertThat(outliers.out(bad())).isEqualTo(1);
        assertThat(outliers.ejected()).isEqualTo(1);
        int received = links.get(2).received.size();
        for (int i = 0; i < 9; i++) {
            second(300);
        }
        assertThat(links.get(2).received).hasSize(received);

        // When
        links.get(2).echoing();
        second(300);
        second(300);
        second(300);

        // Then
        assertThat(outliers.out(bad())).isZero();
        assertThat(links.get(2).received).hasSizeGreaterThan(received + 50);
    }

    @Test
    void aTrialThatFailsCostsOneRequest() {
        // Given
        links.get(2).fails(FailureReason.MODEL_FAILED, "broken", true);
        second(300);
        int received = links.get(2).received.size();

        // When
        for (int i = 0; i < 11; i++) {
            second(1);
        }

        // Then
        assertThat(links.get(2).received).hasSize(received + 1);
        assertThat(outliers.ejected()).isEqualTo(2);
    }

    @Test
    void refusalsAndMistakesOfClientsAreNoFailures() {
        for (FailureReason reason : List.of(
                FailureReason.QUEUE_FULL,
                FailureReason.SLO_UNATTAINABLE,
                FailureReason.INVALID_INPUT,
                FailureReason.CANCELLED)) {
            // Given
            links.get(2).fails(reason, "no", true);

            // When
            second(300);

            // Then
            assertThat(outliers.out(bad())).as(reason.name()).isZero();
        }
    }

    @Test
    void whoIsLeftAloneServesWhateverItDid() {
        // Given
        links.get(2).fails(FailureReason.INTERNAL, "broken", true);
        second(300);

        // When
        directory.become(List.of(bad()));
        second(10);

        // Then
        assertThat(outliers.out(bad())).isZero();
        assertThat(directory.choose("m", "1", null)).map(Seat::worker).contains(bad());
    }

    @Test
    void aNewWorkerGetsFewerRequestsAtFirst() {
        // Given
        WorkerDirectory slow =
                new WorkerDirectory(directory.workers(), new WorkerDirectory.Settings(16, 10 * SECOND_NANOS), time);
        links.get(2).up = false;
        slow.poll();
        time.advanceMillis(60_000);
        links.get(2).up = true;
        slow.poll();

        // When three requests are under way at each of the others, and none at the new one
        slow.workers().subList(0, 2).forEach(worker -> {
            worker.onSent();
            worker.onSent();
            worker.onSent();
        });
        long early = chosen(slow, bad());
        time.advanceMillis(10_000);
        long later = chosen(slow, bad());

        // Then
        assertThat(early).isZero();
        assertThat(later).isGreaterThan(100);
    }

    private static long chosen(WorkerDirectory directory, Worker worker) {
        long times = 0;
        for (int i = 0; i < 300; i++) {
            times += directory.choose("m", "1", null).orElseThrow().worker() == worker ? 1 : 0;
        }
        return times;
    }
}
