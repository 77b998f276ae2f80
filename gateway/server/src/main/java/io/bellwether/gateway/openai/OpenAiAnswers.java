package io.bellwether.gateway.openai;

import com.google.protobuf.ByteString;
import io.bellwether.gateway.call.RetryAfter;
import io.bellwether.gateway.inference.InferenceResult.Trace;
import io.bellwether.protocol.Refusal;
import io.bellwether.protocol.WireNames;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/** Writes answers in the form of the OpenAI API. Writes nothing to a client that has left. */
final class OpenAiAnswers {
    private OpenAiAnswers() {}

    static void embedded(HttpServerResponse response, EmbeddingRequest request, EmbeddingRun.Embedded result) {
        trace(response, result.trace());
        StringBuilder json = new StringBuilder("{\"object\":\"list\",\"data\":[");
        for (int i = 0; i < result.vectors().size(); i++) {
            json.append(i == 0 ? "" : ",")
                    .append("{\"object\":\"embedding\",\"index\":")
                    .append(i);
            json.append(",\"embedding\":");
            append(json, result.vectors().get(i), request.base64());
            json.append('}');
        }
        json.append("],\"model\":").append(Json.encode(request.model()));
        json.append(",\"usage\":{\"prompt_tokens\":").append(result.tokens());
        json.append(",\"total_tokens\":").append(result.tokens()).append("}}");
        send(response, OpenAiStatus.OK, Buffer.buffer(json.toString()));
    }

    static void models(HttpServerResponse response, List<String> names) {
        JsonArray data = new JsonArray();
        names.forEach(name -> data.add(model(name)));
        send(
                response,
                OpenAiStatus.OK,
                new JsonObject().put("object", "list").put("data", data).toBuffer());
    }

    static void model(HttpServerResponse response, String name) {
        send(response, OpenAiStatus.OK, model(name).toBuffer());
    }

    static void refused(HttpServerResponse response, Refusal refusal, Trace trace) {
        trace(response, trace);
        refused(response, refusal);
    }

    static void refused(HttpServerResponse response, Refusal refusal) {
        response.putHeader(WireNames.HEADER_REASON, refusal.reason().name());
        RetryAfter.of(refusal).ifPresent(later -> later.write(response::putHeader));
        error(
                response,
                OpenAiStatus.of(refusal.reason()),
                refusal.message(),
                refusal.reason().name().toLowerCase(Locale.ROOT));
    }

    static void error(HttpServerResponse response, int status, String message, String code) {
        JsonObject error = new JsonObject()
                .put("message", message)
                .put("type", OpenAiStatus.type(status))
                .putNull("param")
                .put("code", code);
        send(response, status, new JsonObject().put("error", error).toBuffer());
    }

    private static JsonObject model(String name) {
        return new JsonObject()
                .put("id", name)
                .put("object", "model")
                .put("created", 0)
                .put("owned_by", "bellwether");
    }

    private static void append(StringBuilder json, ByteString vector, boolean base64) {
        if (base64) {
            json.append('"')
                    .append(Base64.getEncoder().encodeToString(vector.toByteArray()))
                    .append('"');
            return;
        }
        FloatBuffer values =
                vector.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        json.append('[');
        for (int i = 0; i < values.limit(); i++) {
            float value = values.get(i);
            json.append(i == 0 ? "" : ",").append(Float.isFinite(value) ? Float.toString(value) : "null");
        }
        json.append(']');
    }

    private static void trace(HttpServerResponse response, Trace trace) {
        response.putHeader(WireNames.HEADER_REQUEST_ID, trace.requestId());
        if (!trace.version().isEmpty()) {
            response.putHeader(WireNames.HEADER_MODEL_VERSION, trace.version());
        }
        if (!trace.arm().isEmpty()) {
            response.putHeader(WireNames.HEADER_ARM, trace.arm());
        }
        if (trace.isRouted()) {
            response.putHeader(WireNames.HEADER_ROUTE_VERSION, Long.toString(trace.routeVersion()));
        }
        if (!trace.rolloutId().isEmpty()) {
            response.putHeader(WireNames.HEADER_ROLLOUT, trace.rolloutId());
        }
    }

    private static void send(HttpServerResponse response, int status, Buffer body) {
        if (response.closed() || response.ended()) {
            return;
        }
        response.setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .putHeader("Content-Length", Integer.toString(body.length()))
                .end(body);
    }
}
