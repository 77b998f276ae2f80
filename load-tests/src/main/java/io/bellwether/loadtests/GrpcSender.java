package io.bellwether.loadtests;

import io.bellwether.protocol.WireNames;
import io.bellwether.protocol.oip.GRPCInferenceServiceGrpc;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Sends requests with raw contents over one gRPC connection. The messages are made before the run. */
final class GrpcSender implements Sender {
    private static final Metadata.Key<String> VERSION =
            Metadata.Key.of(WireNames.METADATA_MODEL_VERSION, Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> REASON =
            Metadata.Key.of(WireNames.TRAILER_REASON, Metadata.ASCII_STRING_MARSHALLER);

    private static final Metadata.Key<String> TENANT =
            Metadata.Key.of(WireNames.HEADER_TENANT, Metadata.ASCII_STRING_MARSHALLER);

    private final ManagedChannel channel;
    private final String tenant;
    private final long timeoutMillis;
    private final Rendered<ModelInferRequest> requests;

    GrpcSender(Scenario scenario, Payloads payloads) {
        this.channel = NettyChannelBuilder.forAddress(
                        scenario.target().host(), scenario.target().port())
                .usePlaintext()
                .directExecutor()
                .build();
        this.tenant = scenario.tenant();
        this.timeoutMillis = scenario.timeoutMillis();
        this.requests =
                new Rendered<>(payloads.rows(), ask -> payloads.grpc(scenario.model(), scenario.version(), ask));
    }

    @Override
    public void send(Ask ask, Consumer<Answer> answered) {
        ClientCall<ModelInferRequest, ModelInferResponse> call = channel.newCall(
                GRPCInferenceServiceGrpc.getModelInferMethod(),
                CallOptions.DEFAULT.withDeadlineAfter(timeoutMillis, TimeUnit.MILLISECONDS));
        Metadata headers = new Metadata();
        if (!tenant.isEmpty()) {
            headers.put(TENANT, tenant);
        }
        call.start(new Reply(answered), headers);
        call.request(2);
        call.sendMessage(requests.of(ask));
        call.halfClose();
    }

    /** One call's answer. gRPC calls it from one thread at a time and ends every call with onClose. */
    private static final class Reply extends ClientCall.Listener<ModelInferResponse> {
        private final Consumer<Answer> answered;
        private String version = "";
        private int predictedClass = Answer.NO_CLASS;

        Reply(Consumer<Answer> answered) {
            this.answered = answered;
        }

        @Override
        public void onHeaders(Metadata headers) {
            noteVersion(headers);
        }

        @Override
        public void onMessage(ModelInferResponse message) {
            if (version.isEmpty()) {
                version = message.getModelVersion();
            }
            if (message.getRawOutputContentsCount() > 0) {
                predictedClass = Scores.predictedClass(message.getRawOutputContents(0));
            }
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            noteVersion(trailers);
            if (status.isOk()) {
                answered.accept(new Answer(Outcome.OK, version, predictedClass));
                return;
            }
            String reason = trailers.get(REASON);
            Outcome outcome = Statuses.ofGrpc(status.getCode());
            answered.accept(Answer.failed(reason == null ? outcome : Outcome.of(reason, outcome), version));
        }

        private void noteVersion(Metadata metadata) {
            String value = metadata.get(VERSION);
            if (value != null) {
                version = value;
            }
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
