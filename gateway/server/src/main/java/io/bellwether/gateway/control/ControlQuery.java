package io.bellwether.gateway.control;

import io.bellwether.protocol.Decoded;
import io.bellwether.protocol.Refusal;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** The query of one request, read as strictly as a body: each parameter once, with a value, and none that nobody asks for. */
final class ControlQuery {
    private final MultiMap given;
    private final Set<String> known = new TreeSet<>();

    private ControlQuery(MultiMap given) {
        this.given = given;
    }

    static Decoded<ControlQuery> of(HttpServerRequest request) {
        try {
            return of(request.params());
        } catch (IllegalArgumentException e) {
            return Refusal.invalid("the query is not valid; expected two hexadecimal digits after every %")
                    .as();
        }
    }

    private static Decoded<ControlQuery> of(MultiMap given) {
        for (String name : given.names()) {
            if (given.getAll(name).size() > 1 || given.get(name).isEmpty()) {
                return Refusal.invalid("a parameter of the query is given twice or without a value; give each once, or"
                                + " leave it out")
                        .as();
            }
        }
        return Decoded.valid(new ControlQuery(given));
    }

    /** The value of a parameter; empty without it. */
    String value(String name) {
        known.add(name);
        return Objects.requireNonNullElse(given.get(name), "");
    }

    /** Refuses a target that did not ask for all that was given. */
    Decoded<ControlTarget> complete(ControlTarget target) {
        boolean nowhere = target instanceof ControlTarget.Unknown || target instanceof ControlTarget.WrongMethod;
        if (nowhere || known.containsAll(given.names())) {
            return Decoded.valid(target);
        }
        return Refusal.invalid("the query has a parameter that this path does not take; "
                        + (known.isEmpty() ? "it takes none" : "expected one of " + known))
                .as();
    }
}
