package io.bellwether.monitoring.evaluation;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.bellwether.statistics.BucketScale;
import io.bellwether.telemetry.LogScale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EvaluationArchitectureTest {
    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.bellwether.monitoring.evaluation");

    @Test
    void isPure() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "io.bellwether.monitoring.evaluation",
                        "io.bellwether.statistics",
                        "java.lang..",
                        "java.util",
                        "java.util.function",
                        "java.util.stream",
                        "java.nio",
                        "java.nio.charset")
                .check(MAIN);
        noClasses()
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.util.Random")
                .check(MAIN);
    }

    @Test
    void telemetryAndStatisticsCountOnTheSameScale() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 100_000; i++) {
            long value = (long) Math.exp(random.nextDouble() * 40) - 5;
            assertThat(BucketScale.bucketOf((double) value))
                    .as("value %d", value)
                    .isEqualTo(LogScale.index(value));
        }
    }
}
