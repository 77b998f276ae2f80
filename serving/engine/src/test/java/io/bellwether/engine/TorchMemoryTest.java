package io.bellwether.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Native memory is given back. Reads the resident size from Linux. */
class TorchMemoryTest {
    private static final Path STATUS = Path.of("/proc/self/status");
    /** Half of what a leak shows; the collector and the compiler alone move the resident size by tens of MiB. */
    private static final long KIB_GROWTH_MAX = 100 * 1024;

    private static final int ITEMS = 4_096;
    /** Its output is a view, so the engine makes it contiguous in native memory: 1 MiB. */
    private static final ModelSource TURN = TestPrograms.source(
            "turn",
            List.of(TestPrograms.spec("x", ElementType.FP32, 8L, 8L)),
            List.of(TestPrograms.spec("y", ElementType.FP32, 8L, 8L)));

    @Test
    void runningManyTimesKeepsMemoryBounded() throws EngineFault, IOException {
        assumeTrue(Files.isReadable(STATUS));
        BatchBuffers in = new BatchBuffers(
                ITEMS,
                List.of(Elements.tensor(ElementType.FP32, List.of((long) ITEMS, 8L, 8L), new double[ITEMS * 64])));
        TorchEngine engine = TorchEngine.start(TorchEngineSettings.defaults());
        try (LoadedModel model = engine.load(TURN);
                ModelRunner runner = model.newRunner()) {
            // Given: enough runs for every cache and the heap to reach its size
            runs(runner, in, 100);
            long before = residentKib();

            // When: outputs that are not freed show as 200 MiB
            runs(runner, in, 200);

            // Then
            assertThat(residentKib() - before).isLessThan(KIB_GROWTH_MAX);
        }
    }

    private static void runs(ModelRunner runner, BatchBuffers in, int runs) throws EngineFault {
        for (int i = 0; i < runs; i++) {
            runner.run(in);
        }
    }

    @Test
    void closingFreesTheProgramAndItsMemory() throws EngineFault {
        // Given
        TorchEngine engine = TorchEngine.start(TorchEngineSettings.defaults());
        TorchModel model = (TorchModel) engine.load(TURN);
        AtomicReference<NDManager> manager = new AtomicReference<>();
        PtSymbolBlock block = model.use((program, parent) -> {
            manager.set(parent);
            return program;
        });

        // When
        model.close();

        // Then
        assertThatThrownBy(block::getHandle).isInstanceOf(IllegalStateException.class);
        assertThat(manager.get().isOpen()).isFalse();
    }

    private static long residentKib() throws IOException {
        System.gc();
        return Files.readAllLines(STATUS).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }
}
