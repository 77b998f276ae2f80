package io.bellwether.cli;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What the commands that load and unload models have: they talk to the gateway's port for clients. */
final class RepositoryOptions {
    private static final GatewayPort.Words WORDS =
            new GatewayPort.Words("REST port", 8000, "--rest or BELLWETHER_REST", true);
    private static final String UNCONFIRMED =
            "; whether the model has changed is not known: look at 'bellwether model list', and repeating it is safe";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--rest",
            paramLabel = "ADDRESS",
            defaultValue = "${env:BELLWETHER_REST:-127.0.0.1:8000}",
            description = "Address of a gateway's REST port. Default: $BELLWETHER_REST, or 127.0.0.1:8000.")
    private String rest = "";

    @Option(
            names = {"-o", "--output"},
            paramLabel = "text|json",
            defaultValue = "text",
            description = "text for people, json for programs. Default: text.")
    private Options.Output output = Options.Output.text;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            defaultValue = "3m",
            converter = DurationText.class,
            description = "How long to wait for the model, for instance 30s or 2m. Default: 3m.")
    private Duration timeout = Duration.ofMinutes(3);

    /**
     * Has a model changed, and says how that went.
     *
     * @param verb last part of the path
     * @param done what to say afterwards
     * @return the exit code
     */
    int change(String model, String verb, String done) {
        Answer answer = new GatewayPort(address(), WORDS, timeout)
                .send("POST", GatewayPort.path("/v2/repository/models", model, verb), "{}", UNCONFIRMED);
        return new Screen(spec.commandLine().getOut(), spec.commandLine().getErr(), output == Options.Output.json)
                .show(answer, empty -> List.of(done));
    }

    private URI address() {
        try {
            URI uri = URI.create(rest.contains("://") ? rest : "http://" + rest);
            boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (web && uri.getHost() != null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // Said below, like every other address that is none.
        }
        throw new ParameterException(
                spec.commandLine(),
                "'" + rest + "' is not the address of a REST port; expected something like 127.0.0.1:8000");
    }
}
