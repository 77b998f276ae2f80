package io.bellwether.loadtests;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private final JavaClasses classes = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.bellwether.loadtests");

    @Test
    void dependsOnLeavesAndTheEngineAndOnNoOtherApplication() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.bellwether.worker..",
                        "io.bellwether.gateway..",
                        "io.bellwether.monitoring..",
                        "io.bellwether.deploy..",
                        "ai.djl..",
                        "io.quarkus..")
                .check(classes);
    }

    @Test
    void onlyTheTickerAndTheProgressLineReadAClock() {
        noClasses()
                .that()
                .haveSimpleNameNotStartingWith("Ticker")
                .and()
                .doNotHaveSimpleName("Progress")
                .and()
                .resideOutsideOfPackage("..benchmarks..")
                .and()
                .resideInAPackage("io.bellwether.loadtests")
                .and()
                .areNotAnonymousClasses()
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .check(classes);
    }

    @Test
    void statusesAreKnownInOnePlace() {
        noClasses()
                .that()
                .haveNameNotMatching(".*\\.Statuses(\\$.*)?")
                .and()
                .resideInAPackage("io.bellwether.loadtests")
                .should()
                .accessField(io.grpc.Status.Code.class, "UNAVAILABLE")
                .orShould()
                .accessField(io.grpc.Status.Code.class, "DEADLINE_EXCEEDED")
                .check(classes);
    }
}
