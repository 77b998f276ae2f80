package io.bellwether.deploy;

import io.bellwether.deploy.platform.Port;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Gives a command one option for each port of the platform, with the environment as a second source. */
final class PortOptions implements IModelTransformer {
    @Override
    public CommandSpec transform(CommandSpec spec) {
        for (var port : Port.values()) {
            spec.addOption(OptionSpec.builder(port.option())
                    .paramLabel("PORT")
                    .type(Integer.class)
                    .defaultValue("${env:" + port.environment() + ":-" + port.usual() + "}")
                    .description("Port of " + port.role().label() + " for " + port.purpose() + ". Default: "
                            + port.usual() + ", or " + port.environment() + ".")
                    .build());
        }
        return spec;
    }
}
