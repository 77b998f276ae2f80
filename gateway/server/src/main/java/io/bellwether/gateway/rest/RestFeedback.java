package io.bellwether.gateway.rest;

import io.bellwether.gateway.call.Timekeeper;
import io.bellwether.gateway.feedback.FeedbackLog;
import io.bellwether.gateway.inference.Inference;
import io.bellwether.gateway.inference.RequestIds;
import io.bellwether.protocol.Decoded;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.Refusal;
import io.bellwether.routing.Declared;
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
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes what applications learn about requests after they were answered: {@code {"items": [{"requestId": "..", "label":
 * "7", "outcomes": {"revenue": 3.5}}]}}. A body is taken whole or refused with the first item that is wrong, and answered when
 * Kafka has all of it.
 */
public final class RestFeedback {
    private static final int BODY_BYTES_MAX = 1 << 18;
    private static final int ITEMS_MAX = 1_000;
    private static final int LABEL_CHARACTERS_MAX = 64;
    private static final int MODEL_CHARACTERS_MAX = 128;
    private static final int NAME_CHARACTERS_MAX = 32;
    private static final String REQUEST_ID = "requestId";
    private static final String LABEL = "label";
    private static final String OUTCOMES = "outcomes";
    private static final Set<String> FIELDS = Set.of(REQUEST_ID, LABEL, OUTCOMES);
    private static final String ITEM = "expected an object with requestId, and label or outcomes or both";

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
            return invalid("expected one field 'items', a list of objects with requestId, and label or outcomes");
        }
        if (array.isEmpty() || array.size() > ITEMS_MAX) {
            return invalid("'items' has " + array.size() + " entries; expected 1 to " + ITEMS_MAX);
        }
        List<Feedback> items = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            String place = "items[" + i + "]";
            if (!(array.getValue(i) instanceof JsonObject item)) {
                return invalid(place + " is not an object; " + ITEM);
            }
            Feedback.Builder read = Feedback.newBuilder().setModel(model).setAtMillis(nowMillis);
            Optional<String> problem = read(item, read);
            if (problem.isPresent()) {
                return invalid(place + problem.get());
            }
            items.add(read.build());
        }
        return Decoded.valid(items);
    }

    /** Reads one item; what is wrong with it, if anything. */
    private static Optional<String> read(JsonObject item, Feedback.Builder into) {
        boolean told = item.containsKey(LABEL) || item.containsKey(OUTCOMES);
        if (!told || !FIELDS.containsAll(item.fieldNames())) {
            return Optional.of(" is not valid; " + ITEM);
        }
        if (!(item.getValue(REQUEST_ID) instanceof String id)
                || id.isEmpty()
                || !(RequestIds.of(id) instanceof Decoded.Valid<String>)) {
            return Optional.of(".requestId is not valid; give the Bellwether-Request-Id of an answer");
        }
        into.setRequestId(id);
        if (item.containsKey(LABEL)) {
            String label = label(item.getValue(LABEL));
            if (label == null) {
                return Optional.of(".label is not valid; expected a whole number, or a text of 1 to "
                        + LABEL_CHARACTERS_MAX + " characters");
            }
            into.setLabel(label);
        }
        return item.containsKey(OUTCOMES) && !outcomes(item.getValue(OUTCOMES), into)
                ? Optional.of(".outcomes is not valid; expected an object of 1 to " + Declared.OUTCOMES_MAX
                        + " finite numbers by name, each name of at most " + NAME_CHARACTERS_MAX + " characters")
                : Optional.empty();
    }

    private static boolean outcomes(@Nullable Object value, Feedback.Builder into) {
        if (!(value instanceof JsonObject numbers) || numbers.isEmpty() || numbers.size() > Declared.OUTCOMES_MAX) {
            return false;
        }
        for (String name : numbers.fieldNames()) {
            if (name.isEmpty()
                    || name.length() > NAME_CHARACTERS_MAX
                    || !(numbers.getValue(name) instanceof Number number)
                    || !Double.isFinite(number.doubleValue())) {
                return false;
            }
            into.putOutcomes(name, number.doubleValue());
        }
        return true;
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
