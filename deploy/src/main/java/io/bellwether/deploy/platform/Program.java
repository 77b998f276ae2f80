package io.bellwether.deploy.platform;

import io.bellwether.deploy.lifeline.Lifeline;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a Java process runs, on the lifeline of its launcher.
 *
 * <p>An application is not started by its {@code quarkus-run.jar}: that one loads classes by a class loader of its own,
 * for which an archive of class data gains little. On a class path that names each archive the same classes come from
 * the JVM's own loader.
 *
 * @param classPath archives, those that win first
 * @param mainClass the program's main class
 * @param behind archives that those of the class path name in turn
 */
public record Program(List<Path> classPath, String mainClass, List<Path> behind) {
    private static final String QUARKUS_MAIN = "io.quarkus.runner.GeneratedMain";
    private static final String BROKER_MAIN = "io.bellwether.deploy.broker.BrokerMain";
    private static final String LOAD_MAIN = "io.bellwether.loadtests.LoadCommand";

    public Program {
        classPath = List.copyOf(classPath);
        behind = List.copyOf(behind);
    }

    /** The program of a process of the platform. */
    static Program of(Role role, Layout layout) {
        var archive = layout.archive(role);
        if (role == Role.KAFKA) {
            return new Program(
                    List.of(layout.lifeline(), archive), BROKER_MAIN, archives(archive.resolveSibling("lib")));
        }
        var path = new ArrayList<>(List.of(layout.lifeline()));
        // what Quarkus generated and changed goes before what it was made from
        path.add(archive.resolveSibling("quarkus/generated-bytecode.jar"));
        path.add(archive.resolveSibling("quarkus/transformed-bytecode.jar"));
        for (var folder : List.of("app", "lib/main", "lib/boot")) {
            path.addAll(archives(archive.resolveSibling(folder)));
        }
        return new Program(path, QUARKUS_MAIN, List.of());
    }

    /** The load driver. */
    public static Program loadDriver(Layout layout) {
        return new Program(List.of(layout.lifeline(), layout.loadDriver()), LOAD_MAIN, List.of());
    }

    /** The end of the command line, up to the program's own arguments. */
    public List<String> arguments() {
        return List.of("-cp", classPathText(), Lifeline.class.getName(), mainClass);
    }

    /** The class path in one text. */
    String classPathText() {
        return classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }

    /** The archives of a folder by name, so that the class path is the same each time; none without a folder. */
    private static List<Path> archives(Path folder) {
        var found = folder.toFile().listFiles((parent, name) -> name.endsWith(".jar"));
        return found == null
                ? List.of()
                : Arrays.stream(found).sorted().map(File::toPath).toList();
    }
}
