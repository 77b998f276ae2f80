package io.bellwether.gateway.control;

import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the headers of a command say beside its body.
 *
 * @param idempotencyKey {@code Idempotency-Key}, another name for {@code commandId}
 * @param ifMatch {@code If-Match} (RFC 9110, section 13.1.1) with the entity tag of a rollout, another name for {@code
 *     basedOnVersion}
 */
record Conditions(Optional<String> idempotencyKey, Optional<String> ifMatch) {
    static final Conditions NONE = new Conditions(Optional.empty(), Optional.empty());

    private static final String ANY = "*";
    private static final Pattern TAG = Pattern.compile("\"([1-9][0-9]{0,17})\"");

    /** The entity tag of a rollout in a state version. */
    static String tag(long version) {
        return '"' + Long.toString(version) + '"';
    }

    /**
     * Puts them into a body that does not say otherwise. What stands for absent there (an empty id, version 0) says nothing.
     *
     * @return what is wrong with them, if anything is
     */
    Optional<String> into(JsonObject body) {
        return key(body).or(() -> version(body));
    }

    private Optional<String> key(JsonObject body) {
        if (idempotencyKey.isEmpty()) {
            return Optional.empty();
        }
        String key = idempotencyKey.get();
        if (key.isEmpty()) {
            return Optional.of("Idempotency-Key is empty; give a key, or leave it out");
        }
        Object given = body.getValue("commandId");
        if (given != null && !given.equals("") && !given.equals(key)) {
            return Optional.of("Idempotency-Key and commandId differ; give one of them");
        }
        body.put("commandId", key);
        return Optional.empty();
    }

    private Optional<String> version(JsonObject body) {
        if (ifMatch.isEmpty()) {
            return Optional.empty();
        }
        if (ifMatch.get().trim().equals(ANY)) {
            // Any version will do, and a rollout that does not exist is refused anyway.
            return Optional.empty();
        }
        Matcher tag = TAG.matcher(ifMatch.get().trim());
        if (!tag.matches()) {
            return Optional.of(
                    "If-Match is not the ETag of a rollout; give the one that came with it, for instance \"3\", or"
                            + " * for any");
        }
        long based = Long.parseLong(tag.group(1));
        Object given = body.getValue("basedOnVersion");
        boolean open = given == null || given.equals(0);
        if (!open && !(given instanceof Number number && number.longValue() == based)) {
            return Optional.of("If-Match and basedOnVersion differ; give one of them");
        }
        body.put("basedOnVersion", based);
        return Optional.empty();
    }
}
