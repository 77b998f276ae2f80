package io.bellwether.gateway.control;

import io.bellwether.gateway.call.HeldBytes;
import io.bellwether.gateway.control.WriteResult.Reason;
import io.bellwether.gateway.control.WriteResult.Refused;
import io.bellwether.gateway.http.BodyReader;
import io.bellwether.protocol.Decoded;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** The control API over HTTP, on a port of its own. */
public final class ControlServer {
    private static final Logger LOG = Logger.getLogger(ControlServer.class);
    private static final int HEADER_BYTES_MAX = 20_480;
    private static final int LINE_BYTES_MAX = 4_096;
    private static final int IDLE_SECONDS_MAX = 60;
    private static final int BODIES_MAX = 64;

    private final HttpServer server;
    private final ControlApi api;
    private final RolloutEvents events;
    private final int bodyBytesMax;
    private final HeldBytes bodies;

    public ControlServer(Vertx vertx, ControlApi api, RolloutEvents events, String host, int port, int bodyBytesMax) {
        this.api = api;
        this.events = events;
        this.bodyBytesMax = bodyBytesMax;
        this.bodies = new HeldBytes((long) BODIES_MAX * bodyBytesMax);
        this.server = vertx.createHttpServer(new HttpServerOptions()
                .setHost(host)
                .setPort(port)
                .setHandle100ContinueAutomatically(true)
                .setMaxHeaderSize(HEADER_BYTES_MAX)
                .setMaxInitialLineLength(LINE_BYTES_MAX)
                .setIdleTimeout(IDLE_SECONDS_MAX)
                .setIdleTimeoutUnit(TimeUnit.SECONDS));
        server.requestHandler(this::handle);
    }

    /** Opens the port. */
    public Future<Integer> start() {
        return server.listen().map(HttpServer::actualPort);
    }

    public Future<Void> close() {
        return server.close();
    }

    private void handle(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        if (request.getHeader(HttpHeaders.ORIGIN) != null) {
            // A browser sends it when a page calls: no page may move traffic with the rights of who looks at it.
            send(
                    response,
                    new Refused(Reason.INVALID_INPUT, "the control API is not for web pages; call it without Origin"));
            return;
        }
        String path = request.path();
        Decoded<ControlTarget> target = ControlQuery.of(request)
                .then(query -> ControlTarget.of(request.method().name(), path == null ? "" : path, query::value)
                        .then(query::complete));
        if (target instanceof Decoded.Refused<ControlTarget> refused) {
            send(response, new Refused(Reason.INVALID_INPUT, refused.refusal().message()));
            return;
        }
        ControlTarget asked = ((Decoded.Valid<ControlTarget>) target).value();
        if (asked instanceof ControlTarget.Events watched) {
            watch(response, watched.id());
            return;
        }
        Conditions conditions = new Conditions(
                Optional.ofNullable(request.getHeader("Idempotency-Key")),
                Optional.ofNullable(request.getHeader(HttpHeaders.IF_MATCH)));
        BodyReader.read(request, bodyBytesMax, bodies, new BodyReader.Listener() {
            @Override
            public void onBody(byte[] bytes, int length, HeldBytes.Share share) {
                answer(response, asked, Buffer.buffer(Arrays.copyOf(bytes, length)), conditions);
            }

            @Override
            public void onTooLarge() {
                send(
                        response,
                        new Refused(
                                Reason.TOO_LARGE,
                                "the body is too large; expected at most " + bodyBytesMax + " bytes"));
            }

            @Override
            public void onNoRoom() {
                send(response, new Refused(Reason.TOO_MANY_REQUESTS, "too many commands at once; repeat it later"));
            }

            @Override
            public void onTooSlow() {
                send(
                        response,
                        new Refused(Reason.INVALID_INPUT, BodyReader.tooSlow().message()));
            }
        });
    }

    private void watch(HttpServerResponse response, String rolloutId) {
        Optional<Refused> refused = api.unknown(rolloutId);
        if (refused.isPresent()) {
            send(response, refused.get());
        } else if (!events.stream(response, rolloutId)) {
            send(
                    response,
                    new Refused(
                            Reason.TOO_MANY_REQUESTS,
                            "too many streams of events at once; at most " + RolloutEvents.STREAMS_MAX + " are open"));
        }
    }

    private void answer(HttpServerResponse response, ControlTarget target, Buffer body, Conditions conditions) {
        Context context = Vertx.currentContext();
        try {
            api.answer(target, body, conditions)
                    .whenComplete((answer, failure) -> context.runOnContext(back -> {
                        if (answer == null) {
                            fault(response, failure);
                        } else {
                            send(response, answer);
                        }
                    }));
        } catch (RuntimeException e) {
            fault(response, e);
        }
    }

    private static void fault(HttpServerResponse response, Throwable failure) {
        LOG.error("reason=INTERNAL a request failed in the control API", failure);
        send(response, new Refused(Reason.INTERNAL, "the gateway could not answer because of a fault of its own"));
    }

    private static void send(HttpServerResponse response, Refused refused) {
        send(response, ControlApi.Answer.of(refused));
    }

    private static void send(HttpServerResponse response, ControlApi.Answer answer) {
        if (response.closed() || response.ended()) {
            return;
        }
        answer.headers().forEach(response::putHeader);
        response.setStatusCode(answer.status())
                .putHeader("Content-Type", "application/json")
                .putHeader("Content-Length", Integer.toString(answer.body().length()))
                .end(answer.body());
    }
}
