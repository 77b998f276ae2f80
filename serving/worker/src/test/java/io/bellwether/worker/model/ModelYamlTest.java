package io.bellwether.worker.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelYamlTest {
    private static final String TENSORS =
            """
            inputs: [{name: x, datatype: FP32, shape: [2]}, {name: "1", datatype: BOOL, shape: []}]
            outputs: [{name: y, datatype: FP32, shape: [3]}, {name: z, datatype: INT8, shape: [1]}]
            """;

    @ParameterizedTest
    @ValueSource(
            strings = {
                TENSORS,
                TENSORS
                        + """
                        max_batch_size: 16
                        instances: 2
                        intra_op_threads: 3
                        device: gpu
                        queue_requests_max: 7
                        timeout_millis: 9
                        prediction: {output: y, kind: classes}
                        features: [{name: f, input: x, summary: std, edges: [0.5, 1]}]
                        labels: {"1": "a: b", "2": "true"}
                        versions: {latest: 2}
                        program: net.pt
                        """,
                TENSORS + "instances: auto\nintra_op_threads: auto\n",
                TENSORS + "instances: auto\n",
                TENSORS + "prediction: {output: z, kind: score, edges: [1, 2.5]}\nversions: [1, 3]\n",
                """
                inputs: [{name: input_ids, datatype: INT64, shape: [-1]}, {name: attention_mask, datatype: INT64, shape: [-1]}]
                outputs: [{name: s, datatype: FP32, shape: [-1, 4]}]
                text_embedding: {tokenizer: t.json, tokens_max: 99, pooling: cls, normalize: false}
                """
            })
    void whatIsWrittenReadsTheSame(String yaml) {
        ParsedSpec read = ModelSpecParser.parse(yaml);
        assertThat(read).isInstanceOf(ParsedSpec.Valid.class);
        assertThat(ModelSpecParser.parse(ModelYaml.write((ParsedSpec.Valid) read)))
                .isEqualTo(read);
    }
}
