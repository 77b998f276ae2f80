package io.bellwether.deploy;

import io.bellwether.deploy.demo.Demo;
import io.bellwether.deploy.platform.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Tells the product's story on the running platform. Exit status 0 when every rollout ends as it should. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = "One good rollout and four bad ones on the running platform, in about five minutes.")
final class DemoCommand implements Callable<Integer> {
    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "400",
            description = "Requests per second. Default: ${DEFAULT-VALUE}.")
    private int requestsPerSecond;

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "NAME",
            description = "Only these candidates: good, slow, failing, drifting, costly.")
    private List<String> only = List.of();

    @Option(
            names = "--take-over",
            description =
                    "End a live rollout of the model that the demo did not create, and replace its stable version.")
    private boolean takeOver;

    @Override
    public Integer call() throws IOException, InterruptedException {
        var layout = Main.layout();
        var settings = Settings.read(layout.settings());
        if (settings.isEmpty() || !Files.exists(layout.launcherReady())) {
            System.err.println("Bellwether does not run with its state in " + layout.home()
                    + ". Start it in another terminal with: deploy/bellwether up");
            return 1;
        }
        return new Demo(layout, settings.get(), System.out).run(requestsPerSecond, only, takeOver) ? 0 : 1;
    }
}
