package io.bellwether.gateway.grpc;

import io.bellwether.protocol.Refusal;
import io.grpc.HandlerRegistry;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.StatusRuntimeException;
import java.io.InputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Says of the methods that clients of Triton know and this server does not offer what they are, and why nothing comes. */
public final class NotOfferedMethods extends HandlerRegistry {
    private static final String SERVICE = "inference.GRPCInferenceService/";
    private static final String SHARED_MEMORY = "shared memory";

    private static final Map<String, String> NOT_OFFERED = Map.of(
            SERVICE + "SystemSharedMemoryStatus", SHARED_MEMORY,
            SERVICE + "SystemSharedMemoryRegister", SHARED_MEMORY,
            SERVICE + "SystemSharedMemoryUnregister", SHARED_MEMORY,
            SERVICE + "CudaSharedMemoryStatus", SHARED_MEMORY,
            SERVICE + "CudaSharedMemoryRegister", SHARED_MEMORY,
            SERVICE + "CudaSharedMemoryUnregister", SHARED_MEMORY,
            SERVICE + "TraceSetting", "trace settings",
            SERVICE + "LogSettings", "log settings");

    @Override
    public @Nullable ServerMethodDefinition<?, ?> lookupMethod(String method, @Nullable String authority) {
        String what = NOT_OFFERED.get(method);
        return what == null ? null : refusing(method, Refusal.unsupported("this server does not offer " + what));
    }

    private static ServerMethodDefinition<InputStream, InputStream> refusing(String method, Refusal refusal) {
        MethodDescriptor<InputStream, InputStream> descriptor = MethodDescriptor.<InputStream, InputStream>newBuilder()
                .setType(MethodDescriptor.MethodType.UNKNOWN)
                .setFullMethodName(method)
                .setRequestMarshaller(new Unread())
                .setResponseMarshaller(new Unread())
                .build();
        return ServerMethodDefinition.create(descriptor, (call, headers) -> {
            StatusRuntimeException failure = GrpcStatus.of(refusal);
            call.close(failure.getStatus(), failure.getTrailers());
            return new ServerCall.Listener<>() {};
        });
    }

    /** Leaves messages as they are; nobody looks at them. */
    private static final class Unread implements MethodDescriptor.Marshaller<InputStream> {
        @Override
        public InputStream stream(InputStream message) {
            return message;
        }

        @Override
        public InputStream parse(InputStream message) {
            return message;
        }
    }
}
