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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Sends requests as JSON over pooled HTTP connections, from one event loop. The bodies are made before the run. */
final class RestSender implements Sender {
    private final Vertx vertx;
    private final Context context;
    private static final int KEEP_ALIVE_SECONDS = 30;

    private final HttpClient client;
    private final RequestOptions options;
    private final List<Buffer> bodies = new ArrayList<>();

    RestSender(Scenario scenario, Samples samples) {
        this.vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1));
        this.context = vertx.getOrCreateContext();
        HttpClientOptions http = new HttpClientOptions()
                // Less than the gateway's: otherwise both ends drop an idle connection at once, and a request is lost.
                .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                .setConnectTimeout((int) scenario.timeoutMillis())
                .setMaxWaitQueueSize(scenario.inFlightMax());
        this.client = vertx.createHttpClient(
                http, new PoolOptions().setHttp1MaxSize(scenario.connections()).setEventLoopSize(1));
        String version = scenario.version().isEmpty() ? "" : "/versions/" + encode(scenario.version());
        this.options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost(scenario.target().host())
                .setPort(scenario.target().port())
                .setURI("/v2/models/" + encode(scenario.model()) + version + "/infer")
                .setTimeout(scenario.timeoutMillis())
                .putHeader("Content-Type", "application/json");
        for (int row = 0; row < samples.rows(); row++) {
            bodies.add(Buffer.buffer(
                    "{\"inputs\":[{\"name\":\"" + scenario.input() + "\",\"shape\":[1," + samples.width()
                            + "],\"datatype\":\"FP32\",\"data\":" + samples.json(row) + "}]}",
                    StandardCharsets.UTF_8.name()));
        }
    }

    @Override
    public void send(int row, Consumer<Answer> answered) {
        context.runOnContext(ignored -> client.request(options)
                .compose(request -> request.send(bodies.get(row)))
                .compose(response -> response.body().map(body -> answer(response, body)))
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
