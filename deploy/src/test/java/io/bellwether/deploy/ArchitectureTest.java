package io.bellwether.deploy;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The launcher starts applications and links none; their lifeline needs the JDK only. */
class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.bellwether.deploy");

    @Test
    void theLifelineUsesTheJdkOnly() {
        noClasses()
                .that()
                .resideInAPackage("io.bellwether.deploy.lifeline")
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages("java..", "io.bellwether.deploy.lifeline", "org.jspecify..")
                .check(CLASSES);
    }

    @Test
    void kafkaIsKnownToTheBrokerOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.bellwether.deploy.broker")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.kafka..", "kafka..")
                .check(CLASSES);
    }

    @Test
    void processesKnowNothingOfTheDemoOrOfCommands() {
        noClasses()
                .that()
                .resideInAPackage("io.bellwether.deploy.platform")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.bellwether.deploy", "io.bellwether.deploy.demo", "picocli..")
                .check(CLASSES);
    }
}
