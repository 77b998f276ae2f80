package io.bellwether.engine;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.bellwether.engine");

    @Test
    void theEngineKnowsNoFrameworkAndNoOtherModule() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.quarkus..",
                        "jakarta..",
                        "io.vertx..",
                        "io.grpc..",
                        "org.apache.kafka..",
                        "io.micrometer..",
                        "io.bellwether.batching..",
                        "io.bellwether.protocol..",
                        "io.bellwether.worker..")
                .check(CLASSES);
    }

    @Test
    void whatOthersSeeIsFreeOfDjl() {
        noClasses()
                .that()
                .arePublic()
                .and()
                .doNotHaveSimpleName("TorchEngine")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("ai.djl..")
                .check(CLASSES);
    }
}
