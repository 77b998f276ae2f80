package io.bellwether.worker.edge;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import io.bellwether.protocol.Decoded;
import io.bellwether.protocol.MessageCost;
import io.bellwether.protocol.oip.GRPCInferenceServiceGrpc;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.grpc.MethodDescriptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;

/**
 * Takes the requests of {@code ModelInfer} as bytes and makes objects of them only when that is worth it. What is no message,
 * which gRPC would answer like a fault of ours, and what would take many times its size as objects is refused before. The
 * tensors of a request stay where its bytes are. The other methods, whose requests are small, are behind
 * {@link BrokenMessages}.
 */
final class GuardedInfer {
    private final InferenceService service;
    private final RequestAdmission admission;

    GuardedInfer(InferenceService service, RequestAdmission admission) {
        this.service = service;
        this.admission = admission;
    }

    /** The whole service, with this in the place of one method. */
    ServerServiceDefinition definition() {
        ServerServiceDefinition open = ServerInterceptors.intercept(
                ServerInterceptors.useMarshalledMessages(
                        service.bindService(), new MessageBytes(), MessageBytes.ANSWERS),
                new BrokenMessages(admission::unread));
        MethodDescriptor<ModelInferRequest, ModelInferResponse> infer = GRPCInferenceServiceGrpc.getModelInferMethod();
        MethodDescriptor<Decoded<ByteString>, ModelInferResponse> guarded = infer.toBuilder(
                        new MessageBytes(), infer.getResponseMarshaller())
                .build();
        ServiceDescriptor.Builder descriptor = ServiceDescriptor.newBuilder(
                        open.getServiceDescriptor().getName())
                .setSchemaDescriptor(open.getServiceDescriptor().getSchemaDescriptor());
        open.getMethods()
                .forEach(method -> descriptor.addMethod(isInfer(method) ? guarded : method.getMethodDescriptor()));
        ServerServiceDefinition.Builder definition = ServerServiceDefinition.builder(descriptor.build());
        open.getMethods().stream().filter(method -> !isInfer(method)).forEach(definition::addMethod);
        return definition
                .addMethod(guarded, ServerCalls.asyncUnaryCall(this::infer))
                .build();
    }

    private static boolean isInfer(ServerMethodDefinition<?, ?> method) {
        return method.getMethodDescriptor()
                .getFullMethodName()
                .equals(GRPCInferenceServiceGrpc.getModelInferMethod().getFullMethodName());
    }

    private void infer(Decoded<ByteString> received, StreamObserver<ModelInferResponse> observer) {
        Decoded<ModelInferRequest> request = received.then(bytes ->
                MessageCost.of(bytes.newInput(), admission.protocolLimits()).then(cost -> parse(bytes)));
        if (request instanceof Decoded.Valid<ModelInferRequest> valid) {
            service.modelInfer(valid.value(), observer);
        } else if (request instanceof Decoded.Refused<ModelInferRequest> refused) {
            admission.unread(refused.refusal());
            observer.onError(FailureMapping.toGrpc(refused.refusal()));
        }
    }

    private static Decoded<ModelInferRequest> parse(ByteString bytes) {
        try {
            CodedInputStream in = bytes.newCodedInput();
            in.enableAliasing(true);
            return Decoded.valid(ModelInferRequest.parseFrom(in));
        } catch (IOException e) {
            return MessageCost.broken().as();
        }
    }
}
