package io.bellwether.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code bellwether rollout explain}. */
@Command(
        name = "explain",
        description =
                "Says why a rollout is where it is: three sentences, then the evidence for each guardrail, then who"
                        + " did what. With --output json: the record that they are made from.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {"  bellwether rollout explain digits-2", "  bellwether rollout explain digits-2 --output json"})
final class ExplainCommand implements Callable<Integer> {

    @Parameters(paramLabel = "ID", description = "Id of the rollout, as 'rollout list' shows it.")
    private String id = "";

    @Mixin
    private Options options = new Options();

    @Override
    public Integer call() {
        return options.screen().show(options.api().get(ControlApi.path("rollouts", id)), Explanation::of);
    }
}
