package io.bellwether.routing;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.bellwether.routing");

    @Test
    void theModuleIsPure() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "io.bellwether.routing..",
                        "io.bellwether.controlapi..",
                        "com.google.protobuf..",
                        "org.jspecify..",
                        "java.lang..",
                        "java.util",
                        "java.util.function..",
                        "java.util.stream..",
                        "java.util.regex..",
                        "java.util.zip..",
                        "java.nio")
                .check(CLASSES);
    }

    @Test
    void thereIsNoClockThreadOrChance() {
        noClasses()
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Thread.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Random.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Clock.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Instant.class)
                .check(CLASSES);
    }

    /** The gateway maps arms to the telemetry contract by name; these are the names of that contract. */
    @Test
    void armNamesAreThoseOfTheTelemetryContract() {
        assertThat(Arrays.stream(Arm.values()).map(Enum::name))
                .containsExactly("STABLE_REST", "CONTROL", "CANDIDATE", "CANDIDATE_REST", "PINNED");
    }
}
