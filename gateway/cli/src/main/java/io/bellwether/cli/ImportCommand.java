package io.bellwether.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bellwether import FILE}. */
@Command(
        name = "import",
        description = {
            "Gives a platform that has lost its control log the stable versions of an export back. Rollouts that were"
                    + " live are named and not brought back; no candidate gets traffic.",
            "A file that is damaged is refused, and one that does not know what the platform has decided since. To repeat"
                    + " an import is safe."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {"  bellwether import control-state.json --dry-run", "  bellwether import control-state.json"})
final class ImportCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", description = "A file that 'bellwether export' has written.")
    private Path file = Path.of("");

    @Option(names = "--dry-run", description = "Only show what would be done.")
    private boolean dryRun;

    @Option(
            names = "--actor",
            paramLabel = "NAME",
            defaultValue = "${env:BELLWETHER_ACTOR:-${sys:user.name}}",
            description = "Your name in the history. Default: $BELLWETHER_ACTOR, or the name of your account.")
    private String actor = "";

    @Mixin
    private Options options = new Options();

    /** What became of a model. */
    private record Outcome(Restoration.Model model, String result, String why, boolean good) {}

    @Override
    public Integer call() {
        Screen screen = options.screen();
        StateFile.Read read = StateFile.read(file);
        if (read instanceof StateFile.Read.Wrong wrong) {
            screen.fail(wrong.sentence());
            return ExitCode.USAGE;
        }
        StateFile.Read.Whole whole = (StateFile.Read.Whole) read;
        ControlApi api = options.api();
        Answer state = api.get(ControlApi.path("state"));
        Answer models = api.get(ControlApi.path("models"));
        if (!(state instanceof Answer.Done now && models instanceof Answer.Done listed)) {
            return screen.fail(Screen.sentence(state instanceof Answer.Done ? models : state));
        }
        Restoration restoration = Restoration.of(whole.state(), whole.checksum(), now.body(), listed.body());
        Optional<String> compared = LogId.compared(whole.state(), now.body());
        if (restoration instanceof Restoration.Older older) {
            return screen.fail(
                    file + " is older than what the platform has decided: " + String.join("; ", older.reasons())
                            + compared.map(sentence -> "; " + sentence).orElse("")
                            + ". Nothing was changed; take a newer export, or set stable versions by hand with 'bellwether model"
                            + " stable'");
        }
        Restoration.Plan plan = (Restoration.Plan) restoration;
        List<Outcome> outcomes = plan.models().stream()
                .map(model -> outcome(api, model, whole.checksum()))
                .toList();
        if (screen.json()) {
            ObjectNode json = json(outcomes, plan.lost());
            screen.line(json.put("logOfFile", LogId.of(whole.state()))
                    .put("logOfPlatform", LogId.of(now.body()))
                    .toPrettyString());
        } else {
            lines(whole.state(), outcomes, plan.lost()).forEach(screen::line);
            compared.ifPresent(screen::line);
        }
        return outcomes.stream().allMatch(Outcome::good) ? ExitCode.DONE : ExitCode.FAILED;
    }

    private Outcome outcome(ControlApi api, Restoration.Model model, String checksum) {
        return switch (model.fate()) {
            case ALREADY -> new Outcome(model, "already so", "", true);
            case IMPOSSIBLE -> new Outcome(model, "not restored", model.why(), false);
            case SET -> dryRun ? new Outcome(model, "would be set", "", true) : set(api, model, checksum);
        };
    }

    private Outcome set(ControlApi api, Restoration.Model model, String checksum) {
        ObjectNode body = JsonNodeFactory.instance
                .objectNode()
                .put("version", model.wanted())
                .put("commandId", Restoration.commandId(checksum, model.name()))
                .put("actor", actor.contains(":") ? actor : "person:" + actor)
                .put("reason", "import of an exported state");
        Answer answer = api.put(ControlApi.path("models", model.name(), "stable"), body);
        return answer instanceof Answer.Done
                ? new Outcome(model, "set", "", true)
                : new Outcome(model, "not restored", Screen.sentence(answer), false);
    }

    private List<String> lines(JsonNode state, List<Outcome> outcomes, List<String> lost) {
        List<String> lines = new ArrayList<>();
        lines.add(file + ": state of " + RolloutText.at(state.path("atMillis")) + " (UTC), whole");
        TextTable table = new TextTable("MODEL", "NOW", "FILE", "RESULT", "REASON");
        outcomes.forEach(one -> table.row(
                one.model().name(),
                one.model().now().isEmpty() ? "-" : one.model().now(),
                one.model().wanted(),
                one.result(),
                one.why()));
        lines.addAll(outcomes.isEmpty() ? List.of("no model has a stable version in it") : table.lines());
        lines.addAll(lost);
        return lines;
    }

    private static ObjectNode json(List<Outcome> outcomes, List<String> lost) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        outcomes.forEach(one -> json.withArrayProperty("models")
                .addObject()
                .put("model", one.model().name())
                .put("now", one.model().now())
                .put("wanted", one.model().wanted())
                .put("result", one.result())
                .put("reason", one.why()));
        lost.forEach(json.withArrayProperty("notBroughtBack")::add);
        return json;
    }
}
