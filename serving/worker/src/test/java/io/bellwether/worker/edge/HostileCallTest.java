package io.bellwether.worker.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.WireNames;
import io.bellwether.protocol.oip.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import io.bellwether.protocol.oip.InferParameter;
import io.bellwether.protocol.oip.ModelConfigRequest;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferRequest.InferRequestedOutputTensor;
import io.bellwether.protocol.oip.ModelMetadataRequest;
import io.bellwether.protocol.oip.ModelReadyRequest;
import io.bellwether.protocol.oip.ModelStatisticsRequest;
import io.bellwether.worker.Samples;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Calls that a gateway would not send, and that whoever reaches a worker past it may. */
class HostileCallTest {
    private static final int REFUSED_CASES_MIN = 60;
    private static final int WORDS_MAX = 1_000;
    private static final Metadata.Key<String> REASON =
            Metadata.Key.of(WireNames.TRAILER_REASON, Metadata.ASCII_STRING_MARSHALLER);
    private static final Set<Status.Code> OF_CLIENTS = Set.of(Status.Code.INVALID_ARGUMENT, Status.Code.NOT_FOUND);
    private static final Pattern LEAK =
            Pattern.compile("\\bat [\\w.$]+\\(|\\.java\\b|\\b(?:java|io|com|org|ai)\\.[a-z]\\w*"
                    + "|[A-Z]\\w*(?:Exception|Error)\\b|/(?:etc|usr|home|root|tmp|proc|work)\\b|\\.\\./|\\.(?:pt|onnx|yaml|json)\\b"
                    + "|\\b\\d+\\.\\d+\\.\\d+\\.\\d+\\b|localhost|0x[0-9a-f]{4,}|@[0-9a-f]{5,8}\\b");

    private static final List<String> NAMES = List.of(
            "../../etc/passwd",
            "..%2f..%2fetc",
            "..\\..\\windows",
            "/etc/passwd",
            "sample/../broken",
            "sample/1/model.pt",
            "sample\u0000",
            "\uff0e\uff0e\uff0f",
            "file:///etc/passwd",
            "${jndi:ldap://host/x}",
            "%s%n",
            "x\r\ny",
            "x".repeat(300));

    private static final List<Long> NUMBERS =
            List.of(-1L, 1L << 31, -(1L << 31) - 1, 1L << 32, (1L << 53) + 1, Long.MAX_VALUE, Long.MIN_VALUE);

    private static final AtomicInteger REFUSED = new AtomicInteger();
    private static EdgeFixture edge;

    private interface Call {
        void on(GRPCInferenceServiceBlockingStub worker);
    }

    /**
     * @param served whether the worker answers it, since nothing is wrong that a worker sees
     */
    record Case(String what, Call call, boolean served, String sent) {
        @Override
        public String toString() {
            String clean = what.replaceAll("[^\\x20-\\x7e]", "?");
            return clean.length() <= 80 ? clean : clean.substring(0, 80);
        }
    }

    @BeforeAll
    static void start() throws Exception {
        edge = EdgeFixture.warmed();
    }

    @AfterAll
    static void stop() throws Exception {
        boolean serves = edge.blocking().modelInfer(Samples.request("1", 1)).getOutputsCount() == 1;
        edge.awaitInFlight(0);
        edge.close();
        assertThat(serves).isTrue();
        assertThat(REFUSED.get()).as("refused calls").isGreaterThanOrEqualTo(REFUSED_CASES_MIN);
    }

    static List<Case> cases() {
        List<Case> all = new ArrayList<>();
        NAMES.forEach(name -> names(all, name));
        NUMBERS.forEach(number -> numbers(all, number));
        for (double real : new double[] {Double.NaN, Double.POSITIVE_INFINITY, 4.9e-324, Double.MAX_VALUE}) {
            InferParameter value =
                    InferParameter.newBuilder().setDoubleParam(real).build();
            infer(all, "timeout " + real, false, "", r -> r.putParameters("timeout", value));
            infer(all, "slot " + real, true, "", r -> r.putParameters("bellwether_slot", value));
            infer(all, "value " + real, true, "", r -> r.setRawInputContents(0, Samples.raw((float) real)));
        }
        infer(all, "no inputs", false, "", r -> r.clearInputs().clearRawInputContents());
        infer(all, "no data", false, "", r -> r.clearRawInputContents());
        infer(all, "many inputs", false, "", r -> r.addAllInputs(Collections.nCopies(1_000, r.getInputs(0))));
        infer(
                all,
                "many outputs",
                false,
                "",
                r -> r.addAllOutputs(Collections.nCopies(
                        1_000,
                        InferRequestedOutputTensor.newBuilder().setName("y").build())));
        infer(all, "much data", false, "", r -> r.setRawInputContents(0, ByteString.copyFrom(new byte[4_096])));
        infer(all, "wrong kind", false, "", r -> r.getInputsBuilder(0).setDatatype("BYTES"));
        return all;
    }

    private static void names(List<Case> all, String name) {
        infer(all, "model " + name, false, name, r -> r.setModelName(name));
        infer(all, "version " + name, false, name, r -> r.setModelVersion(name));
        infer(all, "input " + name, false, name, r -> r.getInputsBuilder(0).setName(name));
        infer(all, "datatype " + name, false, name, r -> r.getInputsBuilder(0).setDatatype(name));
        infer(
                all,
                "output " + name,
                false,
                name,
                r -> r.addOutputs(InferRequestedOutputTensor.newBuilder().setName(name)));
        InferParameter text = InferParameter.newBuilder().setStringParam(name).build();
        infer(all, "arm " + name, true, name, r -> r.putParameters("bellwether_slot", number(7))
                .putParameters("bellwether_arm", text)
                .putParameters("bellwether_rollout", text)
                .putParameters("bellwether_segment", text)
                .putParameters("bellwether_warm_up", text));
        all.add(new Case(
                "metadata of " + name,
                worker -> worker.modelMetadata(
                        ModelMetadataRequest.newBuilder().setName(name).build()),
                false,
                name));
        all.add(new Case(
                "configuration of " + name,
                worker -> worker.modelConfig(ModelConfigRequest.newBuilder()
                        .setName("sample")
                        .setVersion(name)
                        .build()),
                false,
                name));
        all.add(new Case(
                "statistics of " + name,
                worker -> worker.modelStatistics(
                        ModelStatisticsRequest.newBuilder().setName(name).build()),
                false,
                name));
        all.add(new Case(
                "readiness of " + name,
                worker -> assertThat(worker.modelReady(ModelReadyRequest.newBuilder()
                                        .setName(name)
                                        .setVersion("1")
                                        .build())
                                .getReady())
                        .isFalse(),
                true,
                name));
    }

    private static void numbers(List<Case> all, long number) {
        infer(all, "rows " + number, false, "", r -> r.getInputsBuilder(0).setShape(0, number));
        infer(all, "width " + number, false, "", r -> r.getInputsBuilder(0).setShape(1, number));
        infer(all, "all dimensions " + number, false, "", r -> r.getInputsBuilder(0)
                .clearShape()
                .addAllShape(Collections.nCopies(8, number)));
        infer(all, "timeout " + number, number >= 0, "", r -> r.putParameters("timeout", number(number)));
        infer(all, "slot " + number, true, "", r -> r.putParameters("bellwether_slot", number(number)));
        infer(
                all,
                "classes " + number,
                false,
                "",
                r -> r.addOutputs(InferRequestedOutputTensor.newBuilder()
                        .setName("y")
                        .putParameters("classification", number(number))));
    }

    private static InferParameter number(long number) {
        return InferParameter.newBuilder().setInt64Param(number).build();
    }

    private static void infer(
            List<Case> all, String what, boolean served, String sent, Consumer<ModelInferRequest.Builder> change) {
        ModelInferRequest.Builder request = Samples.request("1", 1).toBuilder();
        change.accept(request);
        ModelInferRequest built = request.build();
        all.add(new Case(
                what,
                worker -> assertThat(worker.modelInfer(built).getOutputsCount()).isPositive(),
                served,
                sent));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isAnsweredRightAndLearnsNothing(Case one) {
        // When
        Status status = Status.OK;
        Metadata trailers = new Metadata();
        try {
            one.call().on(edge.blocking().withDeadlineAfter(20, TimeUnit.SECONDS));
        } catch (StatusRuntimeException e) {
            REFUSED.incrementAndGet();
            status = e.getStatus();
            trailers = e.getTrailers();
        }

        // Then
        assertThat(status.isOk()).as("%s %s", one, status).isEqualTo(one.served());
        if (!status.isOk()) {
            assertThat(OF_CLIENTS).as("%s %s", one, status).contains(status.getCode());
            assertThat(FailureReason.valueOf(trailers.get(REASON))).isNotEqualTo(FailureReason.INTERNAL);
            String words = status.getDescription();
            assertThat(words).isNotBlank().hasSizeLessThan(WORDS_MAX);
            String own = one.sent().isEmpty() ? words : words.replace(one.sent(), " ");
            assertThat(LEAK.matcher(own).find()).as(words).isFalse();
        }
    }
}
