package io.bellwether.worker.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.batching.InstanceChoice;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParallelismReaderTest {
    private static final String TENSORS =
            """
            inputs: [{name: x, datatype: FP32, shape: [1]}]
            outputs: [{name: y, datatype: FP32, shape: [1]}]
            """;

    @ParameterizedTest
    @CsvSource({"auto, auto, true, true", "auto, 4, true, false", "2, auto, false, true", "'\"auto\"', 1, true, false"})
    void whatIsToBeFoundOutIsOneUntilThen(
            String instances, String threads, boolean instancesAuto, boolean intraOpThreadsAuto) {
        // When
        Parallelism read = parallelism("instances: " + instances + "\nintra_op_threads: " + threads + "\n");

        // Then
        int givenInstances = instancesAuto ? 1 : Integer.parseInt(instances);
        int givenThreads = intraOpThreadsAuto ? 1 : Integer.parseInt(threads);
        assertThat(read).isEqualTo(new Parallelism(givenInstances, givenThreads, instancesAuto, intraOpThreadsAuto));

        // When
        Parallelism known = read.with(new InstanceChoice(7, 5));

        // Then
        assertThat(known)
                .isEqualTo(new Parallelism(
                        instancesAuto ? 7 : givenInstances,
                        intraOpThreadsAuto ? 5 : givenThreads,
                        instancesAuto,
                        intraOpThreadsAuto));
    }

    @Test
    void onAGpuAutoIsOne() {
        assertThat(parallelism("device: gpu\ninstances: auto\nintra_op_threads: auto\n"))
                .isEqualTo(Parallelism.ONE);
        assertThat(parallelism("device: gpu\ninstances: 3\nintra_op_threads: auto\n"))
                .isEqualTo(Parallelism.of(OptionalInt.of(3), OptionalInt.of(1)));
    }

    @Test
    void otherWordsThanAutoAreRefusedWithTheWayOut() {
        // When
        ParsedSpec parsed = ModelSpecParser.parse(TENSORS + "instances: Auto\nintra_op_threads: [auto]\n");

        // Then
        assertThat(((ParsedSpec.Refused) parsed).problems())
                .extracting(SpecProblem::text)
                .containsExactly(
                        "line 3: instances is 'Auto'; use a whole number from 1 to 64, or auto to have it measured",
                        "line 4: intra_op_threads is a list of 1; use a whole number from 1 to 64, or auto to have it"
                                + " measured");
    }

    @Test
    void aFileThatKnowsNoAutoIsNotAdvisedToUseIt() {
        // Given
        Description triton = ModelSpecParser.describe(TENSORS + "instances: 99\n");
        Description foreign =
                new Description("config.pbtxt", triton.root(), triton.problems(), triton.notes(), triton.words());

        // When
        ParsedSpec parsed = ModelSpecParser.parse(foreign);

        // Then
        assertThat(((ParsedSpec.Refused) parsed).problems())
                .extracting(SpecProblem::text)
                .containsExactly("line 3: instances is '99'; use a whole number from 1 to 64");
    }

    private static Parallelism parallelism(String more) {
        return ((ParsedSpec.Valid) ModelSpecParser.parse(TENSORS + more)).spec().parallelism();
    }
}
