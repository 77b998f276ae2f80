package io.bellwether.gateway.grpc;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.quarkus.grpc.GlobalInterceptor;
import jakarta.enterprise.context.ApplicationScoped;

/** Gives the service the metadata of its call, and sends what the service wants to say beside its answer. */
@GlobalInterceptor
@ApplicationScoped
public class CallHeaders implements ServerInterceptor {
    static final Context.Key<Exchange> EXCHANGE = Context.key("bellwether-exchange");

    /**
     * Metadata of one call.
     *
     * @param incoming from the client
     * @param outgoing goes before the first message
     */
    record Exchange(Metadata incoming, Metadata outgoing) {
        static final Exchange NONE = new Exchange(new Metadata(), new Metadata());

        static Exchange current() {
            Exchange current = EXCHANGE.get();
            return current == null ? NONE : current;
        }

        /** Value of a key; the empty text when absent or when no key can have this name. */
        String header(String name) {
            try {
                String value = incoming.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
                return value == null ? "" : value;
            } catch (IllegalArgumentException e) {
                return "";
            }
        }
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        Exchange exchange = new Exchange(headers, new Metadata());
        ServerCall<Q, A> withHeaders = new ForwardingServerCall.SimpleForwardingServerCall<>(call) {
            @Override
            public void sendHeaders(Metadata outgoing) {
                outgoing.merge(exchange.outgoing());
                super.sendHeaders(outgoing);
            }
        };
        return Contexts.interceptCall(Context.current().withValue(EXCHANGE, exchange), withHeaders, headers, next);
    }
}
