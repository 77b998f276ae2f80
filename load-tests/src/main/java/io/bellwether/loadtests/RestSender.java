package io.bellwether.loadtests;

import io.bellwether.protocol.WireNames;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Sends requests as JSON, or with binary tensors, over pooled HTTP connections, from one event loop. The bodies are made before the run. */
final class RestSender implements Sender {
    private final Vertx vertx;
    private final Context context;
    private static final int KEEP_ALIVE_SECONDS = 30;

    private final HttpClient client;
    private final RequestOptions options;
    private final Rendered<Body> bodies;

    RestSender(Scenario scenario, Payloads payloads) {
        this.vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1));
        this.context = vertx.getOrCreateContext();
        HttpClientOptions http = new HttpClientOptions()
                // Less than the gateway's: otherwise both ends drop an idle connection at once, and a request is lost.
                .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                .setConnectTimeout((int) scenario.timeoutMillis())
                .setMaxWaitQueueSize(scenario.inFlightMax());
        this.client = vertx.createHttpClient(
                http, new PoolOptions().setHttp1MaxSize(scenario.connections()).setEventLoopSize(1));
        this.options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost(scenario.target().host())
                .setPort(scenario.target().port())
                .setURI(path(scenario))
                .setTimeout(scenario.timeoutMillis());
        if (!scenario.tenant().isEmpty()) {
            options.putHeader(WireNames.HEADER_TENANT, scenario.tenant());
        }
        this.bodies = new Rendered<>(
                payloads.rows(),
                scenario.protocol() == Scenario.Protocol.BINARY
                        ? ask -> Body.of(payloads.binary(ask))
                        : ask -> Body.of(payloads.json(ask)));
    }

    /** The path of the target; without one, that of the protocol. */
    private static String path(Scenario scenario) {
        String version = scenario.version().isEmpty() ? "" : "/versions/" + encode(scenario.version());
        return scenario.target().path().isEmpty()
                ? "/v2/models/" + encode(scenario.model()) + version + "/infer"
                : scenario.target().path();
    }

    /** @param headBytes length of the JSON before binary tensors; 0 when all is JSON */
    private record Body(Buffer bytes, int headBytes) {
        static Body of(String json) {
            return new Body(Buffer.buffer(json, StandardCharsets.UTF_8.name()), 0);
        }

        static Body of(Payloads.Binary binary) {
            return new Body(Buffer.buffer(binary.body().toByteArray()), binary.headBytes());
        }
    }

    @Override
    public void send(Ask ask, Consumer<Answer> answered) {
        Body body = bodies.of(ask);
        context.runOnContext(ignored -> client.request(options)
                .compose(request -> {
                    if (body.headBytes() > 0) {
                        request.putHeader(WireNames.HEADER_JSON_LENGTH, String.valueOf(body.headBytes()))
                                .putHeader("Content-Type", "application/octet-stream");
                    } else {
                        request.putHeader("Content-Type", "application/json");
                    }
                    return request.send(body.bytes());
                })
                .compose(response -> response.body().map(content -> answer(response, content)))
                .onComplete(done -> answered.accept(done.succeeded() ? done.result() : failure(done.cause()))));
    }

    private static Answer answer(HttpClientResponse response, Buffer body) {
        String versionHeader = response.getHeader(WireNames.HEADER_MODEL_VERSION);
        String version = versionHeader == null ? "" : versionHeader;
        Outcome outcome = Statuses.ofHttp(response.statusCode());
        if (outcome == Outcome.OK) {
            return new Answer(outcome, version, Scores.predictedClass(body.getBytes()));
        }
        String reason = response.getHeader(WireNames.HEADER_REASON);
        return Answer.failed(reason == null ? outcome : Outcome.of(reason, outcome), version);
    }

    private static Answer failure(Throwable cause) {
        return Answer.failed(cause instanceof TimeoutException ? Outcome.TIMEOUT : Outcome.TRANSPORT, "");
    }

    private static String encode(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public void close() {
        client.close();
        vertx.close();
    }
}
