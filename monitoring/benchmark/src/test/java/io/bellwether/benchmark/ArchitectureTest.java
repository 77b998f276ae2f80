package io.bellwether.benchmark;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.bellwether.benchmark.judge.BellwetherJudge;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.bellwether.benchmark");

    @Test
    void tracesAndJudgesArePure() {
        classes()
                .that()
                .resideInAnyPackage("..benchmark.trace..", "..benchmark.judge..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "io.bellwether.benchmark.trace..",
                        "io.bellwether.benchmark.judge..",
                        "io.bellwether.monitoring.evaluation..",
                        "io.bellwether.statistics..",
                        "org.apache.commons.statistics..",
                        "org.jspecify..",
                        "java.lang..",
                        "java.util",
                        "java.util.function",
                        "java.util.stream")
                .check(MAIN);
        noClasses()
                .that()
                .resideInAnyPackage("..benchmark.trace..", "..benchmark.judge..")
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.Thread")
                .check(MAIN);
    }

    @Test
    void tracesKnowNoJudgeAndOneClassOnlyKnowsOurEvaluation() {
        noClasses()
                .that()
                .resideInAPackage("..benchmark.trace..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("..benchmark.judge..", "..benchmark.run..", "..benchmark.report..")
                .check(MAIN);
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(BellwetherJudge.class.getName())
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.bellwether.monitoring..")
                .check(MAIN);
    }
}
