package io.bellwether.worker;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.bellwether.worker");

    @Test
    void onlyTheEngineModuleKnowsDjl() {
        noClasses().should().dependOnClassesThat().resideInAPackage("ai.djl..").check(CLASSES);
    }

    @Test
    void noOtherApplicationIsUsed() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.bellwether.gateway..",
                        "io.bellwether.routing..",
                        "io.bellwether.controlapi..",
                        "io.bellwether.monitoring..",
                        "io.bellwether.statistics..")
                .check(CLASSES);
    }

    @Test
    void kafkaIsThePublishersBusiness() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.kafka..")
                .check(CLASSES);
    }

    @Test
    void statusCodesAreInOneClass() {
        noClasses()
                .that()
                .doNotHaveSimpleName("FailureMapping")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("io.grpc.Status")
                .check(CLASSES);
    }

    @Test
    void metersAreMadeInOneClass() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.bellwether.worker.metrics..")
                .and()
                .doNotHaveSimpleName("Worker")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.micrometer..")
                .check(CLASSES);
    }

    @Test
    void frameworksStayAtTheRim() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "io.bellwether.worker.model..",
                        "io.bellwether.worker.cost..",
                        "io.bellwether.worker.telemetry..",
                        "io.bellwether.worker.lane..",
                        "io.bellwether.worker.serving..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.quarkus..", "jakarta..", "io.vertx..", "io.grpc..")
                .check(CLASSES);
    }

    @Test
    void parsersAndCountersReadNoClock() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "io.bellwether.worker.model..",
                        "io.bellwether.worker.cost..",
                        "io.bellwether.worker.telemetry..")
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .check(CLASSES);
    }

    @Test
    void lanesDoNotKnowTheEdge() {
        classes()
                .that()
                .resideInAPackage("io.bellwether.worker.lane..")
                .should()
                .onlyDependOnClassesThat()
                .resideOutsideOfPackages(
                        "io.bellwether.worker.edge..",
                        "io.bellwether.worker.serving..",
                        "io.bellwether.worker.warmup..")
                .check(CLASSES);
    }

    /** Their class path is without these libraries: {@link io.bellwether.worker.trial.ChildJava}. */
    @Test
    void processesForTrialsNeedNoneOfTheServersLibraries() {
        JavaClasses ours = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.bellwether");
        noClasses()
                .that()
                .haveSimpleName("TrialMain")
                .should()
                .transitivelyDependOnClassesThat()
                .resideInAnyPackage(
                        "com.google.common..",
                        "io.grpc..",
                        "io.micrometer..",
                        "io.netty..",
                        "io.quarkus..",
                        "io.smallrye..",
                        "io.vertx..",
                        "jakarta..",
                        "org.apache.kafka..",
                        "org.eclipse.microprofile..")
                .check(ours);
    }
}
