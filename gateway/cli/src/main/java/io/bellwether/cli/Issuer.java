package io.bellwether.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import picocli.CommandLine.Option;

/** Options of every command that changes something: who does it and why. */
final class Issuer {

    @Option(names = "--reason", paramLabel = "TEXT", description = "One sentence for the history: why you do this.")
    private String reason = "";

    @Option(
            names = "--actor",
            paramLabel = "NAME",
            defaultValue = "${env:BELLWETHER_ACTOR:-${sys:user.name}}",
            description = "Your name in the history. Default: $BELLWETHER_ACTOR, or the name of your account.")
    private String actor = "";

    /** Adds reason and actor to a request; an actor in the request stays. */
    void addTo(ObjectNode body) {
        if (!reason.isEmpty()) {
            body.put("reason", reason);
        }
        if (!actor.isEmpty() && !body.has("actor")) {
            body.put("actor", actor.contains(":") ? actor : "person:" + actor);
        }
    }
}
