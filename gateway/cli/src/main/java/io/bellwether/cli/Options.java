package io.bellwether.cli;

import java.net.URI;
import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options of every command that talks to a gateway. */
final class Options {

    /** Forms of output. */
    enum Output {
        text,
        json
    }

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--control",
            paramLabel = "URL",
            defaultValue = "${env:BELLWETHER_CONTROL:-http://127.0.0.1:8003}",
            description = "Address of a gateway's control API. Default: $BELLWETHER_CONTROL, or http://127.0.0.1:8003.")
    private String control = "";

    @Option(
            names = {"-o", "--output"},
            paramLabel = "text|json",
            defaultValue = "text",
            description = "text for people, json for programs. Default: text.")
    private Output output = Output.text;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            defaultValue = "10s",
            converter = DurationText.class,
            description = "How long to wait for one answer, for instance 500ms, 10s or 2m. Default: 10s.")
    private Duration timeout = Duration.ofSeconds(10);

    ControlApi api() {
        URI uri;
        try {
            uri = URI.create(control);
        } catch (IllegalArgumentException e) {
            throw badAddress();
        }
        boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
        if (!web || uri.getHost() == null) {
            throw badAddress();
        }
        return new ControlApi(uri, timeout);
    }

    Screen screen() {
        return new Screen(spec.commandLine().getOut(), spec.commandLine().getErr(), output == Output.json);
    }

    private ParameterException badAddress() {
        return new ParameterException(
                spec.commandLine(),
                "'" + control + "' is not the address of a control API; expected something like http://127.0.0.1:8003");
    }
}
