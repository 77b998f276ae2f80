package io.bellwether.worker.warmup;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.engine.ElementType;
import io.bellwether.engine.TensorSpec;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.bellwether.worker.Samples;
import io.bellwether.worker.edge.RequestAdmission;
import io.bellwether.worker.model.Hosting;
import io.bellwether.worker.model.ModelRepository.Loadable;
import io.bellwether.worker.model.WarmUpSample;
import io.bellwether.worker.model.WarmUpSample.Data;
import io.bellwether.worker.model.WarmUpSample.Input;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SampleCheckTest {
    private static final WarmUpSample LONG =
            new WarmUpSample("long", 2, 3, List.of(new Input("x", List.of(5L), Data.RANDOM)));
    private static final WarmUpSample ZEROS =
            new WarmUpSample("zeros", 1, 1, List.of(new Input("x", List.of(2L), Data.ZERO)));

    private final List<ModelInferRequest> sent = new ArrayList<>();

    private static Loadable version(ElementType type, WarmUpSample... samples) {
        Hosting usual = Hosting.DEFAULT;
        return new Loadable(
                Samples.MODEL,
                "3",
                Samples.plain(
                        4,
                        new TensorSpec("x", type, List.of(-1L)),
                        new TensorSpec("y", ElementType.FP32, List.of(1L)),
                        new Hosting(usual.goldenTolerance(), false, 0, List.of(samples))),
                Path.of("3/model.pt"),
                Optional.empty(),
                List.of());
    }

    private Optional<String> firstFailure(Loadable version, long rowsRefused) throws InterruptedException {
        WarmUpTarget target = request -> {
            sent.add(request);
            return request.getInputs(0).getShape(0) == rowsRefused
                    ? CompletableFuture.failedFuture(new IllegalStateException("no"))
                    : CompletableFuture.completedFuture(ModelInferResponse.getDefaultInstance());
        };
        return new SampleCheck(new OwnRequests(target, "secret", 1_000_000_000)).firstFailure(version);
    }

    @Test
    void everySampleIsSentAsOftenAsItSays() throws InterruptedException {
        // When
        Optional<String> failure = firstFailure(version(ElementType.FP32, LONG, ZEROS), 0);

        // Then
        assertThat(failure).isEmpty();
        assertThat(sent)
                .extracting(request -> request.getInputs(0).getShapeList())
                .containsExactly(List.of(2L, 5L), List.of(2L, 5L), List.of(2L, 5L), List.of(1L, 2L));
        assertThat(sent).allSatisfy(request -> {
            assertThat(request.getModelVersion()).isEqualTo("3");
            assertThat(request.getParametersOrThrow(RequestAdmission.WARM_UP_PARAMETER)
                            .getStringParam())
                    .isEqualTo("secret");
        });
        assertThat(sent.get(3).getRawInputContents(0).toByteArray()).isEqualTo(new byte[8]);
    }

    @Test
    void noMoreRowsAreSentThanFitARequest() throws InterruptedException {
        // Given: four rows of 6 MB
        WarmUpSample large = new WarmUpSample("l", 4, 1, List.of(new Input("x", List.of(1_500_000L), Data.ZERO)));

        // When
        Optional<String> failure = firstFailure(version(ElementType.FP32, large), 0);

        // Then
        assertThat(failure).isEmpty();
        assertThat(sent.get(0).getInputs(0).getShapeList()).containsExactly(2L, 1_500_000L);
    }

    @Test
    void theFirstThatIsRefusedIsNamedAndEndsIt() throws InterruptedException {
        assertThat(firstFailure(version(ElementType.FP32, LONG, ZEROS), 2))
                .contains("warm-up sample long: it was refused: no");
        assertThat(sent).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(ElementType.class)
    void randomDataIsFromZeroToOne(ElementType type) throws InterruptedException {
        // Given
        WarmUpSample many = new WarmUpSample("m", 1, 1, List.of(new Input("x", List.of(100L), Data.RANDOM)));

        // When
        Optional<String> failure = firstFailure(version(type, many), 0);

        // Then
        assertThat(failure).isEmpty();
        ByteBuffer data =
                sent.get(0).getRawInputContents(0).asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        assertThat(data.remaining()).isEqualTo(100 * type.bytes());
        List<Double> values = new ArrayList<>();
        while (data.hasRemaining()) {
            values.add(
                    switch (type) {
                        case BOOL, UINT8, INT8 -> (double) data.get();
                        case INT16 -> (double) data.getShort();
                        case INT32 -> (double) data.getInt();
                        case INT64 -> (double) data.getLong();
                        // As these numbers are ordered, so are their bits; 0x3c00 and 0x3f80 are 1.
                        case FP16 -> data.getShort() / (double) 0x3c00;
                        case BF16 -> data.getShort() / (double) 0x3f80;
                        case FP32 -> (double) data.getFloat();
                        case FP64 -> data.getDouble();
                    });
        }
        assertThat(values).allSatisfy(value -> assertThat(value).isBetween(0.0, 1.0));
        assertThat(values.stream().distinct().count()).isGreaterThan(1);
    }
}
