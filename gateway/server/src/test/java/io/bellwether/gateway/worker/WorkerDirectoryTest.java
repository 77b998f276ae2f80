package io.bellwether.gateway.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.gateway.FakeWorkerLink;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkerDirectoryTest {
    @Test
    void aModelThatAWorkerRefusesAsAWholeIsKnownWithItsReason() {
        // Given
        FakeWorkerLink link =
                new FakeWorkerLink().listing("m", "UNAVAILABLE", "model.yaml: line 3: no inputs", new String[] {""});
        WorkerDirectory directory = new WorkerDirectory(List.of(new Worker("one", link)), 8);

        // When
        directory.poll();

        // Then
        Fleet.Model model = directory.fleet().models().get("m");
        assertThat(model.versions().get("").reason()).isEqualTo("model.yaml: line 3: no inputs");
        assertThat(model.readyVersions()).isEmpty();
        assertThat(directory.choose("m", "", null)).isEmpty();
    }
}
