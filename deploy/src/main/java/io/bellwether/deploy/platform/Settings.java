package io.bellwether.deploy.platform;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the platform is started with.
 *
 * @param ports a number for each port
 * @param models the model repository that the worker reads
 * @param overrides further properties of one process each, which win over the launcher's own
 */
public record Settings(Map<Port, Integer> ports, String models, List<ProcessProperty> overrides) {
    /** A property of one process. */
    public record ProcessProperty(Role role, String key, String value) {
        /** Reads {@code ROLE:KEY=VALUE}; empty if it is not of that form. */
        public static Optional<ProcessProperty> parse(String text) {
            int colon = text.indexOf(':');
            int equals = text.indexOf('=', colon + 1);
            if (colon < 1 || equals <= colon + 1) {
                return Optional.empty();
            }
            return Role.of(text.substring(0, colon))
                    .map(role ->
                            new ProcessProperty(role, text.substring(colon + 1, equals), text.substring(equals + 1)));
        }
    }

    public Settings {
        ports = Map.copyOf(ports);
        overrides = List.copyOf(overrides);
    }

    /** The usual ports and the sample models. */
    public static Settings usual(Layout layout) {
        var ports = new EnumMap<Port, Integer>(Port.class);
        for (var port : Port.values()) {
            ports.put(port, port.usual());
        }
        return new Settings(ports, layout.sampleModels().toString(), List.of());
    }

    /** The number of a port. */
    public int port(Port port) {
        return ports.getOrDefault(port, port.usual());
    }

    /** Base address of an HTTP port, without a slash at the end. */
    public String http(Port port) {
        return "http://127.0.0.1:" + port(port);
    }

    /** The settings of the platform that was started last, empty when none was. */
    public static Optional<Settings> read(Path file) throws IOException {
        return Files.exists(file)
                ? Optional.of(new ObjectMapper().readValue(file.toFile(), Settings.class))
                : Optional.empty();
    }

    /** Leaves the settings for {@code status}, {@code demo} and the others. */
    public void write(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(file.toFile(), this);
    }
}
