package io.bellwether.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.SecureRandom;
import picocli.CommandLine.Option;

/**
 * Options of every command that changes something: who does it, why, and under which id. The id is an idempotency key,
 * so that the gateway can tell a repeat from a new wish.
 */
final class Issuer {

    @Option(names = "--reason", paramLabel = "TEXT", description = "One sentence for the history: why you do this.")
    private String reason = "";

    @Option(
            names = "--actor",
            paramLabel = "NAME",
            defaultValue = "${env:BELLWETHER_ACTOR:-${sys:user.name}}",
            description = "Your name in the history. Default: $BELLWETHER_ACTOR, or the name of your account.")
    private String actor = "";

    @Option(
            names = "--command-id",
            paramLabel = "TEXT",
            description = "Idempotency key: the same key again has no second effect. Default: a random one.")
    private String commandId = "";

    /** Adds command id, reason and actor to a request; an actor in the request stays. */
    void addTo(ObjectNode body) {
        body.put("commandId", commandId.isEmpty() ? randomId() : commandId);
        if (!reason.isEmpty()) {
            body.put("reason", reason);
        }
        if (!actor.isEmpty() && !body.has("actor")) {
            body.put("actor", actor.contains(":") ? actor : "person:" + actor);
        }
    }

    private static String randomId() {
        return "cli-" + Long.toHexString(new SecureRandom().nextLong());
    }
}
