package io.bellwether.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code deploy/bellwether} in a checkout of stubs: a Java that tells how it was called, a build that leaves a mark. */
class ScriptIT {
    @TempDir
    private Path folder;

    private Path built;

    @BeforeEach
    void makeCheckout() throws IOException {
        Files.createDirectories(folder.resolve("deploy/target"));
        Files.createDirectories(folder.resolve("jdk/bin"));
        Files.createDirectories(folder.resolve(".bellwether/run"));
        Files.writeString(folder.resolve("pom.xml"), "");
        for (var module : new String[] {"serving", "gateway", "monitoring", "load-tests"}) {
            Files.createDirectories(folder.resolve(module));
        }
        executable(folder.resolve("deploy/bellwether"), Files.readString(Path.of("bellwether")));
        built = folder.resolve("built");
        executable(folder.resolve("mvnw"), "#!/bin/sh\ntouch " + built + "\n");
        executable(folder.resolve("jdk/bin/javac"), "#!/bin/sh\n");
        executable(
                folder.resolve("jdk/bin/java"),
                """
                #!/bin/sh
                case $1 in
                  -XshowSettings*) echo '    java.specification.version = 17' >&2 ;;
                  *) echo "java $*"; env | grep ^BELLWETHER_ ;;
                esac
                """);
    }

    @Test
    void helpDoesNotBuild() throws Exception {
        // When
        var result = run("up", "--help");

        // Then
        assertThat(result.exit()).isZero();
        assertThat(result.text()).contains("Usage: deploy/bellwether VERB", "deploy/bellwether up builds");
        assertThat(built).doesNotExist();
    }

    @Test
    void aNumberOfAnotherProcessIsNoRunningPlatform() throws Exception {
        // Given: the file of a launcher that is gone, whose number this very process has got
        Files.writeString(
                folder.resolve(".bellwether/run/launcher.pid"),
                "pid=" + ProcessHandle.current().pid() + "\nstartedMillis=1\n");

        // When
        var result = run("up");

        // Then
        assertThat(result.text()).doesNotContain("newer than what runs");
        assertThat(built).exists();
    }

    @Test
    void theLoadDriverLearnsThePortsOfTheRunningPlatform() throws Exception {
        // Given
        Files.writeString(
                folder.resolve(".bellwether/run/settings.json"),
                """
                {"ports": {"GATEWAY_HTTP" : 18000,
                           "GATEWAY_GRPC" : 18001,
                           "WORKER_GRPC" : 18100,
                           "CONTROL" : 18003}}
                """);

        // When
        var load = run("load", "01");
        var model = run("model", "list");

        // Then
        assertThat(load.text())
                .contains("load-tests.jar 01")
                .contains("BELLWETHER_GATEWAY_HTTP_PORT=18000")
                .contains("BELLWETHER_GATEWAY_GRPC_PORT=18001")
                .contains("BELLWETHER_WORKER_GRPC_PORT=18100");
        assertThat(model.text()).contains("model list", "BELLWETHER_CONTROL=http://127.0.0.1:18003");
    }

    private Result run(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(folder.resolve("deploy/bellwether").toString());
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("BELLWETHER_"));
        builder.environment().put("JAVA_HOME", folder.resolve("jdk").toString());
        var process = builder.start();
        var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Result(process.exitValue(), text);
    }

    private static void executable(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private record Result(int exit, String text) {}
}
