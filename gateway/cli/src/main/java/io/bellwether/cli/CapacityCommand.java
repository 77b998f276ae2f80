package io.bellwether.cli;

import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bellwether capacity MODEL}. */
@Command(
        name = "capacity",
        description = {
            "Shows what a batch of each version of a model costs and what its workers can promise: the best batch for the"
                    + " objective, requests per second that are answered within it (99 %% of them), and the room that is"
                    + " left now. All of it is learnt from runs, the warm-up's at first.",
            "Below it is a projection: what the workers' planner would make of the recent requests, or of random ones at"
                    + " --rate, with all of them at the stable version and with shares of them at the others."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {"  bellwether capacity digits", "  bellwether capacity digits --rate 2500 --output json"})
final class CapacityCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "MODEL", description = "Name of the model.")
    private String model = "";

    @Option(
            names = "--rate",
            paramLabel = "RATE",
            description =
                    "Requests per second of the whole model to plan for: how many workers would they need, and what"
                            + " would become of them?")
    private @Nullable Double rate;

    @Option(
            names = "--random",
            description = "Project random requests at --rate, instead of the recent ones slower or faster.")
    private boolean random;

    @Mixin
    private Options options = new Options();

    @Override
    public Integer call() {
        OptionalDouble planned = rate == null ? OptionalDouble.empty() : OptionalDouble.of(rate);
        if (planned.isPresent() && !(planned.getAsDouble() > 0 && Double.isFinite(planned.getAsDouble()))) {
            throw new ParameterException(
                    spec.commandLine(), "'" + planned.getAsDouble() + "' is not a rate; expected a number above 0");
        }
        if (random && planned.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "--random needs a --rate at which requests come");
        }
        String query = planned.isPresent() ? "?requestsPerSecond=" + planned.getAsDouble() : "";
        query += random ? "&arrivals=random" : "";
        return options.screen()
                .show(options.api().get(ControlApi.path("models", model, "capacity") + query), CapacityText::whole);
    }
}
