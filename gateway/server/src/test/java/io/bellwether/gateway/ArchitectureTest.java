package io.bellwether.gateway;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.targetOwner;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.grpc.Status;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.bellwether.gateway");

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.bellwether.gateway.(*)..")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }

    @Test
    void whatDecidesKnowsNoFramework() {
        noClasses()
                .that()
                .resideInAnyPackage("..gateway.inference..", "..gateway.evidence..", "..gateway.call..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.quarkus..", "jakarta..", "io.vertx..", "io.grpc..", "org.apache.kafka..", "io.micrometer..")
                .check(CLASSES);
    }

    @Test
    void kafkaIsOnlyTouchedByTheControlLogAndThePublisher() {
        noClasses()
                .that()
                .resideOutsideOfPackage("..gateway.control..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.kafka..")
                .check(CLASSES);
    }

    @Test
    void statusCodesAreInOneClassPerEdge() {
        noClasses()
                .that()
                .doNotHaveSimpleName("GrpcStatus")
                .and()
                .doNotHaveSimpleName("WorkerStatus")
                .should()
                .accessFieldWhere(targetOwner(type(Status.class)))
                .orShould()
                .callMethod(Status.class, "getCode")
                .check(CLASSES);
    }

    @Test
    void metricsAreMadeInOnePackage() {
        noClasses()
                .that()
                .resideOutsideOfPackage("..gateway.metrics..")
                .and()
                .resideOutsideOfPackage("..gateway.start..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.micrometer..")
                .check(CLASSES);
    }

    @Test
    void clocksAreReadOnlyThroughTheTimekeeperWhereDecisionsAreMade() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "..gateway.inference..", "..gateway.evidence..", "..gateway.worker..", "..gateway.control..")
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .check(CLASSES);
    }

    @Test
    void nothingOfAnotherApplicationIsUsed() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.bellwether.worker..",
                        "io.bellwether.monitoring..",
                        "io.bellwether.cli..",
                        "io.bellwether.engine..",
                        "ai.djl..")
                .check(CLASSES);
    }
}
