package io.bellwether.monitoring;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Random;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

/** Who may use what. */
class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.bellwether.monitoring");
    private static final String[] PURE = {
        "..monitoring.evaluation..", "..monitoring.folding..", "..monitoring.judging..", "..monitoring.replay.."
    };

    @Test
    void whatDecidesKnowsNoFramework() {
        noClasses()
                .that()
                .resideInAnyPackage(PURE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.apache.kafka..",
                        "io.quarkus..",
                        "jakarta..",
                        "io.vertx..",
                        "io.grpc..",
                        "io.micrometer..",
                        "io.smallrye..",
                        "org.jboss..",
                        "org.slf4j..",
                        "java.net..",
                        "java.nio.file..",
                        "java.sql..")
                .check(CLASSES);
    }

    @Test
    void whatDecidesHasNoClockNoThreadAndNoChance() {
        noClasses()
                .that()
                .resideInAnyPackage(PURE)
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName(Random.class.getName())
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Executor.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Thread.class)
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage("java.time..", "java.util.concurrent..")
                .check(CLASSES);
    }

    @Test
    void whatDecidesDoesNotKnowItsRim() {
        noClasses()
                .that()
                .resideInAnyPackage(PURE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "..monitoring.topology..",
                        "..monitoring.runtime..",
                        "..monitoring.recorded..",
                        "io.bellwether.monitoring")
                .check(CLASSES);
    }

    @Test
    void theStatisticsKnowNoTelemetryAndNoControlLog() {
        noClasses()
                .that()
                .resideInAPackage("..monitoring.evaluation..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.bellwether.telemetry..",
                        "io.bellwether.controlapi..",
                        "io.bellwether.routing..",
                        "io.bellwether.monitoring.folding..",
                        "io.bellwether.monitoring.judging..")
                .check(CLASSES);
    }

    @Test
    void kafkaIsKnownInItsRimOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackages("..monitoring.topology..", "..monitoring.runtime..", "..monitoring.recorded..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.kafka..")
                .check(CLASSES);
    }

    @Test
    void metricsAreNamedInOneClassOnly() {
        noClasses()
                .that()
                .doNotHaveSimpleName("MonitoringMetrics")
                .and()
                .doNotHaveSimpleName("GaugeValue")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.micrometer..")
                .check(CLASSES);
    }

    @Test
    void noModuleKnowsAnotherApplication() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.bellwether.gateway..", "io.bellwether.worker..", "io.bellwether.cli..", "ai.djl..")
                .check(CLASSES);
    }
}
