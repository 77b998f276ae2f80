package io.bellwether.gateway.rest;

import io.bellwether.gateway.call.Timekeeper;
import io.bellwether.gateway.feedback.FeedbackLog;
import io.bellwether.gateway.inference.Inference;
import io.bellwether.gateway.inference.RequestIds;
import io.bellwether.protocol.Decoded;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.Refusal;
import io.bellwether.telemetry.events.Feedback;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes what applications learn about requests after they were answered: {@code {"items": [{"requestId": "..", "label":
 * "7"}]}}. A body is taken whole or refused with the first item that is wrong, and answered when Kafka has all of it.
 */
public final class RestFeedback {
    private static final int BODY_BYTES_MAX = 1 << 18;
    private static final int ITEMS_MAX = 1_000;
    private static final int LABEL_CHARACTERS_MAX = 64;
    private static final int MODEL_CHARACTERS_MAX = 128;

    private final Inference inference;
    private final FeedbackLog log;
    private final Timekeeper time;

    public RestFeedback(Inference inference, FeedbackLog log, Timekeeper time) {
        this.inference = inference;
        this.log = log;
        this.time = time;
    }

    void take(HttpServerRequest request, String model) {
        HttpServerResponse response = request.response();
        Context context = Vertx.currentContext();
        RestJsonBody.read(request, BODY_BYTES_MAX, inference, body -> {
            Decoded<List<Feedback>> items = items(model, body, time.epochMillis());
            if (items instanceof Decoded.Refused<List<Feedback>> refused) {
                RestAnswers.refused(response, refused.refusal());
            } else {
                append(response, context, ((Decoded.Valid<List<Feedback>>) items).value());
            }
        });
    }

    private void append(HttpServerResponse response, Context context, List<Feedback> items) {
        log.append(items)
                .whenComplete((problem, impossible) -> context.runOnContext(back -> {
                    if (problem.isPresent()) {
                        RestAnswers.refused(response, new Refusal(FailureReason.NOT_READY, problem.get()));
                    } else {
                        byte[] json = new JsonObject()
                                .put("accepted", items.size())
                                .encode()
                                .getBytes(StandardCharsets.UTF_8);
                        RestAnswers.json(response, RestStatus.ACCEPTED, json);
                    }
                }));
    }

    /** The items of a body; the first problem refuses all of them. */
    static Decoded<List<Feedback>> items(String model, JsonObject body, long nowMillis) {
        if (model.length() > MODEL_CHARACTERS_MAX) {
            return invalid(
                    "the name of the model is too long; expected at most " + MODEL_CHARACTERS_MAX + " characters");
        }
        if (!(body.getValue("items") instanceof JsonArray array)
                || !body.fieldNames().equals(Set.of("items"))) {
            return invalid("expected one field 'items', a list of objects with requestId and label");
        }
        if (array.isEmpty() || array.size() > ITEMS_MAX) {
            return invalid("'items' has " + array.size() + " entries; expected 1 to " + ITEMS_MAX);
        }
        List<Feedback> items = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            String place = "items[" + i + "]";
            if (!(array.getValue(i) instanceof JsonObject item)
                    || !item.fieldNames().equals(Set.of("requestId", "label"))) {
                return invalid(place + " is not valid; expected an object with requestId and label");
            }
            boolean named = item.getValue("requestId") instanceof String id
                    && !id.isEmpty()
                    && RequestIds.of(id) instanceof Decoded.Valid<String>;
            String label = label(item.getValue("label"));
            if (!named) {
                return invalid(place + ".requestId is not valid; give the Bellwether-Request-Id of an answer");
            }
            if (label == null) {
                return invalid(place + ".label is not valid; expected a whole number, or a text of 1 to "
                        + LABEL_CHARACTERS_MAX + " characters");
            }
            items.add(Feedback.newBuilder()
                    .setModel(model)
                    .setRequestId(item.getString("requestId"))
                    .setLabel(label)
                    .setAtMillis(nowMillis)
                    .build());
        }
        return Decoded.valid(items);
    }

    private static @Nullable String label(@Nullable Object value) {
        if (value instanceof Integer || value instanceof Long) {
            return value.toString();
        }
        return value instanceof String text && !text.isEmpty() && text.length() <= LABEL_CHARACTERS_MAX ? text : null;
    }

    private static Decoded<List<Feedback>> invalid(String message) {
        return Refusal.invalid(message).as();
    }
}
