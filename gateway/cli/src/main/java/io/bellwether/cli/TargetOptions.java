package io.bellwether.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import picocli.CommandLine.Option;

/** Options that say whose requests a rollout is about. */
final class TargetOptions {

    @Option(
            names = "--target-tenant",
            paramLabel = "NAME",
            description = "Only requests of this tenant take part; all others stay with the stable version and are not"
                    + " compared. Repeat it, at most 16 times.")
    private List<String> tenants = List.of();

    @Option(
            names = "--target-header",
            paramLabel = "NAME",
            description = "Only requests take part whose header NAME has one of the values of --target-value.")
    private String header = "";

    @Option(
            names = "--target-value",
            paramLabel = "VALUE",
            description = "A whole value of that header. Repeat it, at most 16 times.")
    private List<String> values = List.of();

    /** Puts what was given into the rollout, in the place of what it had. */
    void into(ObjectNode rollout) {
        if (tenants.isEmpty() && header.isEmpty() && values.isEmpty()) {
            return;
        }
        ObjectNode target = rollout.putObject("target");
        if (!tenants.isEmpty()) {
            ArrayNode all = target.putArray("tenants");
            tenants.forEach(all::add);
        }
        if (!header.isEmpty()) {
            target.put("header", header);
        }
        if (!values.isEmpty()) {
            ArrayNode all = target.putArray("values");
            values.forEach(all::add);
        }
    }
}
