package io.bellwether.protocol;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The contract leaf stays free of frameworks, clocks and threads. */
class ArchitectureTest {
    private final JavaClasses classes = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("/protocol/oip/"))
            .importPackages("io.bellwether");

    @Test
    void dependsOnNoFrameworkAndOnNoOtherModuleOfOurs() {
        noClasses()
                .that()
                .resideInAPackage("io.bellwether.protocol")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.quarkus..",
                        "jakarta..",
                        "io.vertx..",
                        "io.grpc..",
                        "io.micrometer..",
                        "ai.djl..",
                        "org.apache.kafka..",
                        "java.util.concurrent..",
                        "java.net..",
                        "java.nio.file..")
                .check(classes);
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.bellwether.batching..", "io.bellwether.routing..", "io.bellwether.telemetry..")
                .check(classes);
    }

    @Test
    void readsNoClock() {
        noClasses()
                .that()
                .resideInAPackage("io.bellwether.protocol")
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .check(classes);
    }
}
