package io.bellwether.gateway.control;

import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the headers of a command say beside its body.
 *
 * @param idempotencyKey {@code Idempotency-Key}, another name for {@code commandId}; empty without it
 * @param ifMatch {@code If-Match} (RFC 9110, section 13.1.1) with the entity tag of a rollout, another name for {@code
 *     basedOnVersion}; empty without it
 */
record Conditions(String idempotencyKey, String ifMatch) {
    static final Conditions NONE = new Conditions("", "");

    private static final Pattern TAG = Pattern.compile("\"([1-9][0-9]{0,17})\"");

    /** The entity tag of a rollout in a state version. */
    static String tag(long version) {
        return '"' + Long.toString(version) + '"';
    }

    /** Puts them into a body that does not say otherwise; what is wrong with them, if anything is. */
    Optional<String> into(JsonObject body) {
        if (!idempotencyKey.isEmpty()) {
            if (body.containsKey("commandId") && !idempotencyKey.equals(body.getValue("commandId"))) {
                return Optional.of("Idempotency-Key and commandId differ; give one of them");
            }
            body.put("commandId", idempotencyKey);
        }
        if (ifMatch.isEmpty()) {
            return Optional.empty();
        }
        Matcher version = TAG.matcher(ifMatch.trim());
        if (!version.matches()) {
            return Optional.of(
                    "If-Match is not the ETag of a rollout; give the one that came with it, for instance \"3\"");
        }
        long based = Long.parseLong(version.group(1));
        Object given = body.getValue("basedOnVersion");
        if (given != null && !(given instanceof Number number && number.longValue() == based)) {
            return Optional.of("If-Match and basedOnVersion differ; give one of them");
        }
        body.put("basedOnVersion", based);
        return Optional.empty();
    }
}
