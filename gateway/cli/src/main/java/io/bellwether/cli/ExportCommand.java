package io.bellwether.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code bellwether export FILE}. */
@Command(
        name = "export",
        description = "Writes all that a gateway has folded from the control log to a file with a checksum: stable"
                + " versions, live and ended rollouts with their history. Keep it elsewhere, for the day when Kafka and"
                + " the gateways' disks are lost; 'bellwether import' reads it.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footerHeading = "%nExample:%n",
        footer = "  bellwether export control-state.json")
final class ExportCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", description = "Where to; a file that is there is replaced, whole or not at all.")
    private Path file = Path.of("");

    @Mixin
    private Options options = new Options();

    @Override
    public Integer call() {
        Screen screen = options.screen();
        Answer answer = options.api().get(ControlApi.path("state"));
        if (answer instanceof Answer.Done done) {
            try {
                StateFile.write(file, done.body());
            } catch (IOException e) {
                return screen.fail(file + " cannot be written; name a file in a folder that is there and has room");
            }
        }
        return screen.show(answer, this::summary);
    }

    private List<String> summary(JsonNode state) {
        JsonNode control = state.path("control");
        int live = 0;
        for (JsonNode model : control.path("models")) {
            live += model.path("live").isObject() ? 1 : 0;
        }
        return List.of(file + ": " + control.path("models").size() + " models, " + live + " live and "
                + control.path("ended").size() + " ended rollouts, up to position "
                + control.path("lastPosition").asLong() + " of the control log"
                + (LogId.of(state).isEmpty() ? "" : " " + LogId.of(state)));
    }
}
