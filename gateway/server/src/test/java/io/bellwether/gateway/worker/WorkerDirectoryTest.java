package io.bellwether.gateway.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.gateway.Directories;
import io.bellwether.gateway.FakeWorkerLink;
import org.junit.jupiter.api.Test;

class WorkerDirectoryTest {
    @Test
    void aModelThatAWorkerRefusesAsAWholeIsKnownWithItsReason() {
        // Given
        FakeWorkerLink link =
                new FakeWorkerLink().listing("m", "UNAVAILABLE", "model.yaml: line 3: no inputs", new String[] {""});
        WorkerDirectory directory = Directories.of(new Worker("one", link));

        // When
        directory.poll();

        // Then
        Fleet.Model model = directory.fleet().models().get("m");
        assertThat(model.versions().get("").reason()).isEqualTo("model.yaml: line 3: no inputs");
        assertThat(model.readyVersions()).isEmpty();
        assertThat(directory.choose("m", "", null)).isEmpty();
    }
}
