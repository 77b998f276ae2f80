package io.bellwether.gateway.control;

import io.bellwether.gateway.http.PathSegment;
import io.bellwether.protocol.Decoded;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** What a method and a path of the control API ask for. */
public sealed interface ControlTarget {
    /** What can be done to a rollout. */
    Set<String> VERBS = Set.of("advance", "hold", "resume", "promote", "rollback", "abort");

    /** {@code GET /control/v1/openapi.json}. */
    record Document() implements ControlTarget {}

    /** {@code GET /control/v1/state}. */
    record State() implements ControlTarget {}

    /** {@code GET /control/v1/routes}. */
    record Routes() implements ControlTarget {}

    /** {@code GET /control/v1/routes/M}. */
    record OneRoute(String model) implements ControlTarget {}

    /** {@code GET /control/v1/models}. */
    record Models() implements ControlTarget {}

    /** {@code GET /control/v1/models/M}. */
    record OneModel(String model) implements ControlTarget {}

    /** {@code PUT /control/v1/models/M/stable}. */
    record SetStable(String model) implements ControlTarget {}

    /**
     * {@code GET /control/v1/models/M/capacity[?requestsPerSecond=R[&arrivals=random]]}; both are empty where they are not
     * given.
     */
    record Capacity(String model, String requestsPerSecond, String arrivals) implements ControlTarget {}

    /** {@code GET /control/v1/rollouts[?model=M]}; the model is empty for all. */
    record Rollouts(String model) implements ControlTarget {}

    /** {@code GET /control/v1/rollouts/ID}. */
    record OneRollout(String id) implements ControlTarget {}

    /** {@code GET /control/v1/rollouts/ID/events}. */
    record Events(String id) implements ControlTarget {}

    /** {@code POST /control/v1/rollouts}. */
    record Create() implements ControlTarget {}

    /** {@code POST /control/v1/rollouts/ID/VERB}. */
    record Move(String id, String verb) implements ControlTarget {}

    /** There is such a path, with other methods: names with a comma between them. */
    record WrongMethod(String allowed) implements ControlTarget {}

    /** No such path. */
    record Unknown() implements ControlTarget {}

    /**
     * Reads a request line.
     *
     * @param path as it was sent, without the query
     * @param query gives the value of a query parameter, decoded; empty without it
     */
    static Decoded<ControlTarget> of(String method, String path, UnaryOperator<String> query) {
        List<String> segments = new ArrayList<>();
        for (String segment : path.substring(Math.min(1, path.length())).split("/", -1)) {
            Decoded<String> decoded = PathSegment.decode(segment);
            if (decoded instanceof Decoded.Refused<String> refused) {
                return refused.refusal().as();
            }
            segments.add(((Decoded.Valid<String>) decoded).value());
        }
        boolean ours = segments.size() >= 3
                && segments.get(0).equals("control")
                && segments.get(1).equals("v1")
                && !segments.contains("");
        return Decoded.valid(ours ? ofSegments(method, segments.subList(2, segments.size()), query) : new Unknown());
    }

    private static ControlTarget ofSegments(String method, List<String> segments, UnaryOperator<String> query) {
        return switch (segments.get(0)) {
            case "openapi.json" -> segments.size() == 1 ? only("GET", method, new Document()) : new Unknown();
            case "state" -> segments.size() == 1 ? only("GET", method, new State()) : new Unknown();
            case "routes" -> ofRoutes(method, segments);
            case "models" -> ofModels(method, segments, query);
            case "rollouts" -> ofRollouts(method, segments, query);
            default -> new Unknown();
        };
    }

    private static ControlTarget ofRoutes(String method, List<String> segments) {
        return switch (segments.size()) {
            case 1 -> only("GET", method, new Routes());
            case 2 -> only("GET", method, new OneRoute(segments.get(1)));
            default -> new Unknown();
        };
    }

    private static ControlTarget ofModels(String method, List<String> segments, UnaryOperator<String> query) {
        return switch (segments.size()) {
            case 1 -> only("GET", method, new Models());
            case 2 -> only("GET", method, new OneModel(segments.get(1)));
            case 3 -> ofModel(method, segments.get(1), segments.get(2), query);
            default -> new Unknown();
        };
    }

    private static ControlTarget ofRollouts(String method, List<String> segments, UnaryOperator<String> query) {
        return switch (segments.size()) {
            case 1 ->
                switch (method) {
                    case "GET" -> new Rollouts(query.apply("model"));
                    case "POST" -> new Create();
                    default -> new WrongMethod("GET, POST");
                };
            case 2 -> only("GET", method, new OneRollout(segments.get(1)));
            case 3 -> ofRollout(method, segments.get(1), segments.get(2));
            default -> new Unknown();
        };
    }

    private static ControlTarget ofRollout(String method, String id, String part) {
        if (part.equals("events")) {
            return only("GET", method, new Events(id));
        }
        return VERBS.contains(part) ? only("POST", method, new Move(id, part)) : new Unknown();
    }

    private static ControlTarget ofModel(String method, String model, String part, UnaryOperator<String> query) {
        return switch (part) {
            case "stable" -> only("PUT", method, new SetStable(model));
            case "capacity" ->
                only("GET", method, new Capacity(model, query.apply("requestsPerSecond"), query.apply("arrivals")));
            default -> new Unknown();
        };
    }

    private static ControlTarget only(String allowed, String method, ControlTarget target) {
        return method.equals(allowed) ? target : new WrongMethod(allowed);
    }
}
