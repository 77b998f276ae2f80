package io.bellwether.loadtests;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The folder of this module in the checkout: the one above {@code target}, where the program lies. */
final class Home {
    private Home() {}

    static Path folder() {
        try {
            Path program = Path.of(Home.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            Path target = program.getParent();
            Path module = target == null ? null : target.getParent();
            return module == null ? Path.of("") : module;
        } catch (URISyntaxException e) {
            return Path.of("");
        }
    }

    /** A scenario by file name, or by the name or number of one in {@code scenarios}. */
    static Path scenario(String name) throws LoadProblem {
        Path file = Path.of(name);
        if (Files.isRegularFile(file)) {
            return file;
        }
        Path scenarios = folder().resolve("scenarios");
        try (var files = Files.list(scenarios)) {
            return files.filter(candidate -> {
                        String fileName = String.valueOf(candidate.getFileName());
                        return fileName.equals(name + ".yaml")
                                || fileName.startsWith(name + "-")
                                || fileName.replaceFirst("^[0-9]+-", "").equals(name + ".yaml");
                    })
                    .sorted()
                    .findFirst()
                    .orElseThrow(() -> new LoadProblem(
                            "there is no scenario '" + name + "': neither a file nor one of " + scenarios));
        } catch (java.io.IOException e) {
            throw new LoadProblem("there is no scenario '" + name + "': no such file, and no folder " + scenarios, e);
        }
    }
}
