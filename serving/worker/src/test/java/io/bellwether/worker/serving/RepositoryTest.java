package io.bellwether.worker.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.worker.Samples;
import io.bellwether.worker.cost.PriceSheet;
import io.bellwether.worker.metrics.WorkerMetrics;
import io.bellwether.worker.model.ModelRepository.Loadable;
import io.bellwether.worker.model.ModelSpec;
import io.bellwether.worker.telemetry.ModelCells;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RepositoryTest {
    @Test
    void aModelThatWantsAnotherThreadCountIsRefused() {
        // Given
        ModelSpec one = Samples.spec(4, 4);
        ModelSpec two = new ModelSpec(
                one.maxBatchSize(),
                one.inputs(),
                one.outputs(),
                one.instances(),
                2,
                one.device(),
                one.queueRequestsMax(),
                one.timeoutMillis(),
                one.prediction(),
                one.features(),
                one.labels(),
                one.kind(),
                one.classLabels(),
                one.nanPolicy());
        Surroundings surroundings = new Surroundings(
                new WorkerMetrics(new SimpleMeterRegistry()), new PriceSheet(1, 1), System::nanoTime, false, 1, 1);

        // When
        Repository repository = Repository.of(
                List.of(
                        new Loadable("a", "1", one, Path.of("a"), Optional.empty(), List.of()),
                        new Loadable("b", "1", two, Path.of("b"), Optional.empty(), List.of())),
                new ModelCells.Limits(1, 1),
                surroundings);

        // Then
        assertThat(repository.intraOpThreads()).isEqualTo(1);
        assertThat(repository.models().versions()).hasSize(1);
        assertThat(repository.models().index().get(1).reason()).contains("intra_op_threads is 2");
    }

    @Test
    void nothingToServeIsNotReady() {
        assertThat(ServedModels.NONE.ready()).isFalse();
        assertThat(ServedModels.NONE.index()).isEmpty();
    }
}
