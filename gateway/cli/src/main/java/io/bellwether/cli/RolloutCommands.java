package io.bellwether.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bellwether rollout ...}. The commands that move a rollout, and watch, are added by {@link Bellwether}. */
@Command(
        name = "rollout",
        description =
                "Creates, watches and moves rollouts: a candidate version gets a growing share of a model's traffic"
                        + " until it is promoted or taken back.",
        subcommands = {
            CreateCommand.class,
            RolloutCommands.ListRollouts.class,
            RolloutCommands.GetRollout.class,
            ExplainCommand.class
        },
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        footerHeading = "%n",
        footer =
                "'deploy/bellwether rollout replay' and 'rollout backtest' judge recorded telemetry, with monitoring's own"
                        + " code.")
final class RolloutCommands extends CommandGroup {

    @Command(
            name = "list",
            description = "Lists rollouts, live and ended.",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            footerHeading = "%nExamples:%n",
            footer = {"  bellwether rollout list", "  bellwether rollout list --model digits --output json"})
    static final class ListRollouts implements Callable<Integer> {

        @Option(names = "--model", paramLabel = "MODEL", description = "Only rollouts of this model.")
        private String model = "";

        @Option(names = "--ids", description = "Only the ids, one a line, for scripts.")
        private boolean ids;

        @Mixin
        private Options options = new Options();

        @Override
        public Integer call() {
            String query = model.isEmpty() ? "" : "?model=" + GatewayPort.encoded(model);
            return options.screen()
                    .show(
                            options.api().get(ControlApi.path("rollouts") + query),
                            ids ? RolloutText::ids : RolloutText::list);
        }
    }

    @Command(
            name = "show",
            aliases = "get",
            description = "Shows one rollout: its state, the latest verdict with its evidence, and its history.",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            footerHeading = "%nExamples:%n",
            footer = {"  bellwether rollout show digits-2", "  bellwether rollout show digits-2 --output json"})
    static final class GetRollout implements Callable<Integer> {

        @Parameters(paramLabel = "ID", description = "Id of the rollout, as 'rollout list' shows it.")
        private String id = "";

        @Mixin
        private Options options = new Options();

        @Override
        public Integer call() {
            return options.screen().show(options.api().get(ControlApi.path("rollouts", id)), RolloutText::whole);
        }
    }
}
