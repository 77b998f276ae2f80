package io.bellwether.gateway.rest;

import io.bellwether.gateway.http.PathSegment;
import io.bellwether.protocol.Decoded;
import java.util.ArrayList;
import java.util.List;

/** What a method and a path ask for. */
sealed interface RestTarget {

    /** {@code GET /v2}. */
    record Server() implements RestTarget {}

    /** {@code GET} or {@code HEAD /v2/health/live}. */
    record Live() implements RestTarget {}

    /** {@code GET} or {@code HEAD /v2/health/ready}. */
    record Ready() implements RestTarget {}

    /** {@code POST /v2/repository/index}. */
    record Index() implements RestTarget {}

    /** {@code POST /v2/repository[/R]/models/M/load}. */
    record Load(String name) implements RestTarget {}

    /** {@code POST /v2/repository[/R]/models/M/unload}. */
    record Unload(String name) implements RestTarget {}

    /** {@code GET /v2/models/M[/versions/V]}. */
    record Model(String name, String version) implements RestTarget {}

    /** {@code GET /v2/models/M[/versions/V]/ready}. */
    record ModelReady(String name, String version) implements RestTarget {}

    /** {@code POST /v2/models/M[/versions/V]/infer}. */
    record Infer(String name, String version) implements RestTarget {}

    /** {@code GET /v2/models/M[/versions/V]/config}. */
    record Config(String name, String version) implements RestTarget {}

    /** {@code GET /v2/models/M[/versions/V]/stats}, and {@code GET /v2/models/stats} with an empty name. */
    record Stats(String name, String version) implements RestTarget {}

    /** {@code POST /v2/models/M/feedback}. */
    record Feedback(String name) implements RestTarget {}

    /** There is such a path, with another method. */
    record WrongMethod(String allowed) implements RestTarget {}

    /** Part of the protocol or its extensions, and not offered. */
    record NotOffered(String what) implements RestTarget {}

    /** No such path. */
    record Unknown() implements RestTarget {}

    /**
     * Reads a request line. Names are decoded once: {@code a%2Fb} is the model {@code a/b}, and {@code a%252Fb} is
     * {@code a%2Fb}.
     *
     * @param path as it was sent, without the query
     */
    static Decoded<RestTarget> of(String method, String path) {
        List<String> segments = new ArrayList<>();
        for (String segment : path.substring(Math.min(1, path.length())).split("/", -1)) {
            Decoded<String> decoded = PathSegment.decode(segment);
            if (decoded instanceof Decoded.Refused<String> refused) {
                return refused.refusal().as();
            }
            segments.add(((Decoded.Valid<String>) decoded).value());
        }
        if (!segments.isEmpty() && segments.get(segments.size() - 1).isEmpty()) {
            segments.remove(segments.size() - 1);
        }
        if (segments.isEmpty() || !segments.get(0).equals("v2") || segments.contains("")) {
            return Decoded.valid(new Unknown());
        }
        return Decoded.valid(ofSegments(method, segments.subList(1, segments.size())));
    }

    private static RestTarget ofSegments(String method, List<String> segments) {
        if (segments.isEmpty()) {
            return only("GET", method, new Server());
        }
        return switch (segments.get(0)) {
            case "health" -> health(method, segments.subList(1, segments.size()));
            case "models" -> models(method, segments.subList(1, segments.size()));
            case "repository" -> repository(method, segments.subList(1, segments.size()));
            case "systemsharedmemory", "cudasharedmemory" -> new NotOffered("shared memory");
            case "trace" -> new NotOffered("trace settings");
            case "logging" -> new NotOffered("log settings");
            default -> new Unknown();
        };
    }

    private static RestTarget health(String method, List<String> segments) {
        if (segments.equals(List.of("live"))) {
            return probe(method, new Live());
        }
        return segments.equals(List.of("ready")) ? probe(method, new Ready()) : new Unknown();
    }

    private static RestTarget repository(String method, List<String> segments) {
        if (segments.isEmpty()) {
            return new Unknown();
        }
        String last = segments.get(segments.size() - 1);
        if (last.equals("index") && segments.size() <= 2) {
            return only("POST", method, new Index());
        }
        int models = segments.size() - 3;
        if (models < 0 || models > 1 || !segments.get(models).equals("models")) {
            return new Unknown();
        }
        String name = segments.get(models + 1);
        return switch (last) {
            case "load" -> only("POST", method, new Load(name));
            case "unload" -> only("POST", method, new Unload(name));
            default -> new Unknown();
        };
    }

    private static RestTarget models(String method, List<String> segments) {
        if (segments.isEmpty() || segments.equals(List.of("stats"))) {
            return segments.isEmpty() ? new Unknown() : only("GET", method, new Stats("", ""));
        }
        String name = segments.get(0);
        List<String> rest = segments.subList(1, segments.size());
        String version = "";
        if (!rest.isEmpty() && rest.get(0).equals("versions")) {
            if (rest.size() < 2) {
                return new Unknown();
            }
            version = rest.get(1);
            rest = rest.subList(2, rest.size());
        }
        if (rest.isEmpty()) {
            return only("GET", method, new Model(name, version));
        }
        return rest.size() == 1 ? modelAction(method, name, version, rest.get(0)) : traceOrUnknown(rest);
    }

    private static RestTarget modelAction(String method, String name, String version, String action) {
        return switch (action) {
            case "infer" -> only("POST", method, new Infer(name, version));
            case "feedback" -> version.isEmpty() ? only("POST", method, new Feedback(name)) : new Unknown();
            case "ready" -> only("GET", method, new ModelReady(name, version));
            case "config" -> only("GET", method, new Config(name, version));
            case "stats" -> only("GET", method, new Stats(name, version));
            case "generate", "generate_stream" -> new NotOffered("generate");
            default -> new Unknown();
        };
    }

    private static RestTarget traceOrUnknown(List<String> rest) {
        return rest.get(0).equals("trace") ? new NotOffered("trace settings") : new Unknown();
    }

    /** Load balancers ask without wanting a body, too. */
    private static RestTarget probe(String method, RestTarget target) {
        return method.equals("HEAD") ? target : only("GET", method, target);
    }

    private static RestTarget only(String allowed, String method, RestTarget target) {
        return method.equals(allowed) ? target : new WrongMethod(allowed);
    }
}
