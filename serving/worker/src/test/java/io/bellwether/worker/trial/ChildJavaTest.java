package io.bellwether.worker.trial;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ChildJavaTest {
    @Test
    void librariesOfAPackagedApplicationThatOnlyItsServerNeedsAreLeftOut() {
        assertThat(List.of(
                        "/app/lib/main/io.netty.netty-buffer-4.1.140.Final.jar",
                        "/app/lib/main/org.apache.kafka.kafka-clients-3.9.1.jar"))
                .allMatch(archive -> ChildJava.isOfTheServer(Path.of(archive)));
        assertThat(List.of(
                        "/app/lib/main/ai.djl.api-0.35.1.jar",
                        "/app/lib/main/org.slf4j.slf4j-api-2.0.17.jar",
                        "/app/lib/boot/io.smallrye.common.smallrye-common-os-2.13.9.jar",
                        "/repository/io/netty/io.netty.something.jar",
                        "io.netty.jar",
                        "/"))
                .noneMatch(archive -> ChildJava.isOfTheServer(Path.of(archive)));
    }

    @Test
    void theCommandEndsWithTheClassPathOfThisProcessAndTheMainClass() {
        // When
        List<String> command = ChildJava.command(
                160,
                Optional.of(Path.of("/state/crash.log")),
                List.of("-Xshare:auto"),
                ChildJava.classPath(),
                TrialMain.class);

        // Then
        assertThat(command)
                .startsWith(ChildJava.java(), "-Xmx160m")
                .contains("-Xshare:auto", "-XX:ErrorFile=/state/crash.log")
                .endsWith("-cp", ChildJava.text(ChildJava.classPath()), TrialMain.class.getName());
        assertThat(ChildJava.classPath())
                .isEqualTo(Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                        .map(Path::of)
                        .toList());
    }
}
