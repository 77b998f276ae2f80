package io.bellwether.helm;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The chart of this module, rendered by Helm itself. */
final class Chart {
    static final Path FOLDER = Path.of("bellwether").toAbsolutePath();
    static final Path REPOSITORY = FOLDER.getParent().getParent();

    private static final Map<String, Rendered> RENDERED = new ConcurrentHashMap<>();

    private Chart() {}

    /** Names of the scenarios in {@code ci/}. */
    static List<String> scenarios() {
        try (Stream<Path> files = Files.list(FOLDER.resolve("ci"))) {
            return files.map(file -> file.getFileName().toString().replace("-values.yaml", ""))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path values(String scenario) {
        return FOLDER.resolve("ci").resolve(scenario + "-values.yaml");
    }

    /** The command that renders a scenario as release {@code demo} in namespace {@code ml}. */
    static TemplateCommand command(String scenario) {
        return new Helm(FOLDER)
                .template()
                .withName("demo")
                .withNamespace("ml")
                .withKubeVersion("1.32.0")
                .withValuesFile(values(scenario));
    }

    /** A scenario, rendered once and then remembered. */
    static Rendered render(String scenario) {
        return RENDERED.computeIfAbsent(
                scenario, name -> Rendered.parse(command(name).call()));
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> yaml(Path file) {
        try {
            return (Map<String, Object>) load().loadFromString(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Load load() {
        return new Load(LoadSettings.builder().setAllowDuplicateKeys(false).build());
    }
}
