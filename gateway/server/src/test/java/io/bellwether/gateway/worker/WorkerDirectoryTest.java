package io.bellwether.gateway.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.gateway.Directories;
import io.bellwether.gateway.FakeTime;
import io.bellwether.gateway.FakeWorkerLink;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
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

    @Test
    void aWorkerThatSaysThatItChangesIsAskedAtOnceButNotMoreOftenThanTenTimesASecond() {
        // Given
        FakeTime time = new FakeTime();
        FakeWorkerLink link = new FakeWorkerLink().serving("m", "1");
        WorkerDirectory directory = new WorkerDirectory(
                List.of(new Worker("one", link)), new WorkerDirectory.Settings(16, 0), time, bound -> 0);
        directory.poll();

        // When
        link.empty().listing("m", "UNLOADING", "1");
        link.news.changed();
        boolean servesAfterTheFirst = directory.fleet().servesSomething();
        link.empty().serving("m", "1");
        link.news.changed();
        boolean servesAfterTheSecond = directory.fleet().servesSomething();
        time.advanceMillis(100);
        link.news.changed();

        // Then
        assertThat(servesAfterTheFirst).isFalse();
        assertThat(servesAfterTheSecond).isFalse();
        assertThat(directory.fleet().servesSomething()).isTrue();
    }

    @Test
    void theSameDrawsChooseTheSameWorkers() {
        assertThat(choices(new Random(7))).isEqualTo(choices(new Random(7))).contains("w0", "w1", "w2");
    }

    private static List<String> choices(Random random) {
        List<Worker> workers = IntStream.range(0, 3)
                .mapToObj(i -> new Worker("w" + i, new FakeWorkerLink().serving("m", "1")))
                .toList();
        WorkerDirectory directory =
                new WorkerDirectory(workers, new WorkerDirectory.Settings(16, 0), new FakeTime(), random::nextInt);
        directory.poll();
        return IntStream.range(0, 50)
                .mapToObj(i ->
                        directory.choose("m", "1", null).orElseThrow().worker().name())
                .toList();
    }
}
