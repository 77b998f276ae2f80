package io.bellwether.deploy;

import io.bellwether.deploy.lifeline.Lifeline;
import io.bellwether.deploy.platform.Layout;
import io.bellwether.deploy.platform.Port;
import io.bellwether.deploy.platform.Role;
import io.quarkus.runner.GeneratedMain;
import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;

/** A folder that looks like a built checkout to the launcher, with stubs for the applications and the real broker. */
final class StubCheckout {
    private final Layout layout;

    StubCheckout(Path folder) throws IOException {
        layout = new Layout(folder.resolve("check out"), folder.resolve("home of mine"));
        for (var role : Role.values()) {
            archive(layout.archive(role), GeneratedMain.class.getName());
            archive(layout.archive(role).resolveSibling("app/stub.jar"), GeneratedMain.class.getName());
        }
        // the broker's archive is the launcher's
        archive(layout.archive(Role.KAFKA), Main.class.getName());
        lifeline(layout.lifeline());
        Files.createDirectories(layout.sampleModels().resolve("digits"));
        Files.writeString(layout.sampleModels().resolve("digits/model.yaml"), "");
        Files.createDirectories(layout.heldOutDigits().getParent());
        Files.writeString(layout.heldOutDigits(), "p0,label\n16,7\n");
    }

    Layout layout() {
        return layout;
    }

    /** The launcher as a process of its own, on free ports. */
    ProcessBuilder launcher(String... arguments) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "-D" + Main.ROOT + "=" + layout.root(),
                "-D" + Main.HOME + "=" + layout.home(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true);
    }

    /** Sets every port of the platform to one that was free a moment ago. */
    static void freePorts(ProcessBuilder builder) throws IOException {
        var held = new ArrayList<ServerSocket>();
        for (var port : Port.values()) {
            var socket = new ServerSocket(0);
            held.add(socket);
            builder.environment().put(port.environment(), Integer.toString(socket.getLocalPort()));
        }
        for (var socket : held) {
            socket.close();
        }
    }

    /** Makes an archive with that main class and everything that the tests have. */
    static void archive(Path file, String mainClass) throws IOException {
        var classPath = new StringBuilder();
        for (var entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            classPath.append(Path.of(entry).toUri()).append(' ');
        }
        var manifest = manifest();
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, mainClass);
        manifest.getMainAttributes()
                .put(Attributes.Name.CLASS_PATH, classPath.toString().trim());
        Files.createDirectories(file.getParent());
        new JarOutputStream(Files.newOutputStream(file), manifest).close();
    }

    private static void lifeline(Path file) throws IOException {
        var entry = Lifeline.class.getName().replace('.', '/') + ".class";
        try (var jar = new JarOutputStream(Files.newOutputStream(file), manifest());
                var bytes = Lifeline.class.getClassLoader().getResourceAsStream(entry)) {
            jar.putNextEntry(new ZipEntry(entry));
            bytes.transferTo(jar);
        }
    }

    private static Manifest manifest() {
        var manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        return manifest;
    }
}
