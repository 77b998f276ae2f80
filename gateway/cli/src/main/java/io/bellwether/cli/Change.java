package io.bellwether.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.SecureRandom;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * What every command that changes something has: who does it, why, and under which id. The id is an idempotency key, so
 * that the gateway can tell a repeat from a new wish.
 */
final class Change {

    private static final SecureRandom RANDOM = new SecureRandom();

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

    @Mixin
    private Options options = new Options();

    /** The id of this command, the same whenever it is asked for. */
    String commandId() {
        if (commandId.isEmpty()) {
            commandId = "cli-" + Long.toHexString(RANDOM.nextLong());
        }
        return commandId;
    }

    int put(String path, ObjectNode body, Function<JsonNode, List<String>> inWords) {
        return options.screen().show(options.api().put(path, signed(body)), inWords);
    }

    int post(String path, ObjectNode body, Function<JsonNode, List<String>> inWords) {
        return post(path, body, inWords, answer -> answer);
    }

    /**
     * @param better what is shown of an answer instead
     */
    int post(String path, ObjectNode body, Function<JsonNode, List<String>> inWords, Function<Answer, Answer> better) {
        return options.screen().show(better.apply(options.api().post(path, signed(body))), inWords);
    }

    /** Adds command id, reason and actor; an actor in the request stays. */
    private ObjectNode signed(ObjectNode body) {
        body.put("commandId", commandId());
        if (!reason.isEmpty()) {
            body.put("reason", reason);
        }
        if (!actor.isEmpty() && !body.has("actor")) {
            body.put("actor", actor.contains(":") ? actor : "person:" + actor);
        }
        return body;
    }
}
