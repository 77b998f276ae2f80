package io.bellwether.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bellwether rollout advance|hold|resume|promote|rollback|abort ID}. */
@Command(mixinStandardHelpOptions = true, sortOptions = false, footerHeading = "%nExample:%n")
final class MoveCommand implements Callable<Integer> {

    /** What can be done to a live rollout. */
    enum Verb {
        ADVANCE("Goes to the next step: the candidate gets more traffic."),
        HOLD("Keeps the candidate's weight and stops automatic progress. Automatic roll back stays on."),
        RESUME("Goes on after a hold, from the same step."),
        PROMOTE("Makes the candidate the stable version at once, whatever the evidence. The rollout ends."),
        ROLLBACK("Takes the candidate's traffic away at once. The rollout ends."),
        ABORT("Takes the candidate's traffic away at once because you no longer want the rollout. It ends.");

        private final String description;

        Verb(String description) {
            this.description = description;
        }

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Other words for it on the command line. */
        String[] aliases() {
            return this == HOLD ? new String[] {"pause"} : new String[0];
        }

        String description() {
            return description;
        }

        String example() {
            return "  bellwether rollout " + word() + " digits-2 --reason 'I looked at the dashboard'";
        }
    }

    private final Verb verb;

    @Parameters(paramLabel = "ID", description = "Id of the rollout, as 'rollout list' shows it.")
    private String id = "";

    @Option(
            names = "--based-on-version",
            paramLabel = "N",
            description = "Refuse if the rollout has changed since this state version, as 'rollout show' shows it."
                    + " Default: act on the present state.")
    private long basedOnVersion;

    @Option(
            names = "--arm",
            paramLabel = "VERSION",
            description = "Arm of an A/B/n: promote makes it the stable version, rollback takes back only it.")
    private String arm = "";

    @Option(
            names = "--ignore-capacity",
            description =
                    "Advance or promote although the candidate could not carry what it would get by its projection.")
    private boolean ignoreCapacity;

    @Mixin
    private Change change = new Change();

    MoveCommand(Verb verb) {
        this.verb = verb;
    }

    @Override
    public Integer call() {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        if (basedOnVersion != 0) {
            body.put("basedOnVersion", basedOnVersion);
        }
        if (!arm.isEmpty()) {
            body.put("arm", arm);
        }
        if (ignoreCapacity) {
            body.put("ignoreCapacity", true);
        }
        return change.post(
                ControlApi.path("rollouts", id, verb.word()), body, rollout -> List.of(RolloutText.summary(rollout)));
    }
}
