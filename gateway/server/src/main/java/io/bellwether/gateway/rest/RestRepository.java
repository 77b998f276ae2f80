package io.bellwether.gateway.rest;

import io.bellwether.gateway.inference.Catalog;
import io.bellwether.gateway.inference.Inference;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.MetadataJson;
import io.bellwether.protocol.Refusal;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** What REST offers about the repository: its index, loading and unloading. Their bodies are small, and may be absent. */
final class RestRepository {
    private static final int BODY_BYTES_MAX = 4096;

    /** A connection on which nothing moves for a minute is closed, so the answer must come before. */
    private static final long ANSWER_MILLIS_MAX = 50_000;

    private static final Refusal STILL_CHANGING = new Refusal(
            FailureReason.DEADLINE_EXCEEDED,
            "the change takes longer than a request may wait, and goes on; look at /v2/repository/index until it is done, or"
                    + " ask by gRPC, which waits longer");

    private static final String PARAMETERS = "parameters";
    private static final String READY = "ready";

    private final Inference inference;
    private final Catalog catalog;

    RestRepository(Inference inference, Catalog catalog) {
        this.inference = inference;
        this.catalog = catalog;
    }

    void index(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        RestJsonBody.read(request, BODY_BYTES_MAX, inference, body -> {
            Object ready = body.getValue(READY);
            if (ready == null || ready instanceof Boolean) {
                RestAnswers.json(
                        response,
                        RestStatus.OK,
                        MetadataJson.repositoryIndex(catalog.index(Boolean.TRUE.equals(ready))));
            } else {
                RestAnswers.refused(response, mistyped(READY, "true or false", ready));
            }
        });
    }

    void load(HttpServerRequest request, String model) {
        change(request, body -> catalog.control()
                .load(model, body.getJsonObject(PARAMETERS, new JsonObject()).size()));
    }

    void unload(HttpServerRequest request, String model) {
        change(request, body -> catalog.control().unload(model));
    }

    /** Not for web pages: a page that somebody looks at on this machine could send such a request unasked. */
    private void change(HttpServerRequest request, Function<JsonObject, CompletionStage<Optional<Refusal>>> change) {
        HttpServerResponse response = request.response();
        if (request.getHeader(HttpHeaders.ORIGIN) != null) {
            RestAnswers.refused(
                    response,
                    Refusal.unsupported("models cannot be changed from web pages; send the request without Origin"));
            return;
        }
        Context context = Vertx.currentContext();
        RestJsonBody.read(request, BODY_BYTES_MAX, inference, body -> {
            Object parameters = body.getValue(PARAMETERS);
            if (parameters == null) {
                body.remove(PARAMETERS);
            } else if (!(parameters instanceof JsonObject)) {
                RestAnswers.refused(response, mistyped(PARAMETERS, "an object", parameters));
                return;
            }
            long timer = context.owner().setTimer(ANSWER_MILLIS_MAX, late -> {
                if (!response.closed()) {
                    RestAnswers.refused(response, STILL_CHANGING);
                }
            });
            change.apply(body)
                    .whenComplete((refusal, impossible) -> context.runOnContext(back -> {
                        context.owner().cancelTimer(timer);
                        if (response.ended()) {
                            return;
                        }
                        if (refusal.isPresent()) {
                            RestAnswers.refused(response, refusal.get());
                        } else {
                            response.setStatusCode(RestStatus.OK).end();
                        }
                    }));
        });
    }

    private static Refusal mistyped(String field, String expected, Object value) {
        String kind = "a number";
        if (value instanceof String) {
            kind = "a string";
        } else if (value instanceof Boolean) {
            kind = "true or false";
        } else if (value instanceof JsonArray) {
            kind = "an array";
        } else if (value instanceof JsonObject) {
            kind = "an object";
        }
        return Refusal.invalid("field '" + field + "' of the body must be " + expected + ", is " + kind);
    }
}
