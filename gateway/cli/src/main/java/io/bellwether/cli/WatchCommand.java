package io.bellwether.cli;

import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bellwether rollout watch}. */
@Command(
        name = "watch",
        description =
                "Follows a rollout until it ends and prints the evidence as it grows: HARM is how much of what rolls"
                        + " back has been found; the columns after it are how much of what promotes each guardrail has. 100 %%"
                        + " in all of them promotes.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  bellwether rollout watch digits-2",
            "  bellwether rollout watch digits-2 --until 10m --output json",
            "",
            "Exit codes: 0 promoted; 1 taken back, time over, or gateway not reached for a minute; 2 wrong command line."
        })
final class WatchCommand implements Callable<Integer> {

    private final Pace pace;

    @Parameters(paramLabel = "ID", description = "Id of the rollout, as 'rollout list' shows it.")
    private String id = "";

    @Option(
            names = "--interval",
            paramLabel = "DURATION",
            defaultValue = "1s",
            converter = DurationText.class,
            description = "How often to look. Default: 1s.")
    private Duration interval = Duration.ofSeconds(1);

    @Option(
            names = "--until",
            paramLabel = "DURATION",
            defaultValue = "24h",
            converter = DurationText.class,
            description = "Longest time to watch. Default: 24h.")
    private Duration until = Duration.ofHours(24);

    @Mixin
    private Options options = new Options();

    WatchCommand(Pace pace) {
        this.pace = pace;
    }

    @Override
    public Integer call() throws InterruptedException {
        return new Watch(options.api(), options.screen(), pace).untilEnded(id, interval, until);
    }
}
