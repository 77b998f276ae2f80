package io.bellwether.gateway;

import io.grpc.Context;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Tells listeners what happens later and on another thread, in order, as the server of the application does. */
final class LaterListeners implements ServerInterceptor, AutoCloseable {
    private final ExecutorService later = Executors.newSingleThreadExecutor();

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        Context context = Context.current();
        return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
            @Override
            public void onMessage(Q message) {
                later.execute(context.wrap(() -> super.onMessage(message)));
            }

            @Override
            public void onHalfClose() {
                later.execute(context.wrap(super::onHalfClose));
            }

            @Override
            public void onCancel() {
                later.execute(context.wrap(super::onCancel));
            }

            @Override
            public void onComplete() {
                later.execute(context.wrap(super::onComplete));
            }

            @Override
            public void onReady() {
                later.execute(context.wrap(super::onReady));
            }
        };
    }

    @Override
    public void close() {
        later.shutdown();
    }
}
