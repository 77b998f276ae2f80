package io.bellwether.deploy.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClassArchiveNameTest {
    private static final ClassArchiveName NAME =
            ClassArchiveName.of(Role.WORKER, "17.0.15+6-Debian", List.of("a.jar 10 1", "b.jar 20 2"));

    @Test
    void holdsProcessJvmAndAFingerprintOfAllIngredientsInOrder() {
        assertThat(NAME.stem()).matches("worker-17\\.0\\.15\\+6-Debian-[0-9a-f]{12}");
        assertThat(NAME)
                .isEqualTo(ClassArchiveName.of(Role.WORKER, "17.0.15+6-Debian", List.of("a.jar 10 1", "b.jar 20 2")))
                .isNotEqualTo(ClassArchiveName.of(Role.WORKER, "17.0.15+6-Debian", List.of("a.jar 10 1", "b.jar 20 3")))
                .isNotEqualTo(ClassArchiveName.of(Role.WORKER, "17.0.15+6-Debian", List.of("b.jar 20 2", "a.jar 10 1")))
                .isNotEqualTo(ClassArchiveName.of(Role.WORKER, "17.0.15+6-Debian", List.of("a.jar 10 1b.jar 20 2")))
                .isNotEqualTo(ClassArchiveName.of(Role.WORKER, "25+36", List.of("a.jar 10 1", "b.jar 20 2")))
                .isNotEqualTo(
                        ClassArchiveName.of(Role.GATEWAY, "17.0.15+6-Debian", List.of("a.jar 10 1", "b.jar 20 2")));
    }

    @Test
    void aVersionCannotLeaveTheFolder() {
        assertThat(ClassArchiveName.of(Role.KAFKA, "../17 x", List.of()).stem()).startsWith("kafka-.._17_x-");
    }

    @Test
    void withoutAnArchiveTheProcessRecordsWhatItLoads() {
        assertThat(NAME.flags("/classes", Map.of("another.9.jsa", 9L), 17))
                .contains("-XX:DumpLoadedClassList=/classes/" + NAME.stem() + ".classes")
                .noneMatch(flag -> flag.startsWith("-XX:SharedArchiveFile"));
    }

    @Test
    void anArchiveIsUsedOnlyWhenItHasTheSizeInItsName() {
        // Given
        var whole = Map.of(NAME.archive(70_000_000), 70_000_000L);
        var cutShort = Map.of(NAME.archive(70_000_000), 69_999_999L);

        // Then
        assertThat(NAME.flags("/classes", whole, 17))
                .contains("-XX:SharedArchiveFile=/classes/" + NAME.archive(70_000_000), "-XX:+VerifySharedSpaces")
                .noneMatch(flag -> flag.startsWith("-XX:DumpLoadedClassList"));
        assertThat(NAME.flags("/classes", cutShort, 17)).noneMatch(flag -> flag.startsWith("-XX:SharedArchiveFile"));
    }

    @Test
    void afterARefusalItStartsAsIfThereWereNoArchives() {
        assertThat(NAME.flags("/classes", Map.of(NAME.refusal(), 1L), 17)).isEmpty();
    }

    @Test
    void aJdkIsToldToBeSilentInWordsThatItKnows() {
        assertThat(NAME.flags("/classes", Map.of(), 17))
                .contains("-Xlog:cds*=off", "-Xlog:class+path=off")
                .doesNotContain("-Xlog:aot*=off");
        assertThat(NAME.flags("/classes", Map.of(), 25)).contains("-Xlog:cds*=off", "-Xlog:aot*=off");
    }

    @Test
    void onlyTheUsableArchiveAndTheRefusalOfEachNameStay() {
        // Given
        var other = ClassArchiveName.of(Role.WORKER, "17.0.15+6-Debian", List.of("a.jar 11 1"));
        var gateway = ClassArchiveName.of(Role.GATEWAY, "17.0.15+6-Debian", List.of());
        var files = Map.of(
                NAME.archive(5),
                5L,
                NAME.archive(7),
                6L,
                NAME.classList(),
                9L,
                NAME.stem() + ".part",
                3L,
                other.archive(5),
                5L,
                gateway.refusal(),
                1L,
                "something",
                0L);

        // When
        var obsolete = ClassArchiveName.obsolete(files, List.of(NAME, gateway));

        // Then
        assertThat(obsolete)
                .containsExactlyInAnyOrder(
                        NAME.archive(7), NAME.classList(), NAME.stem() + ".part", other.archive(5), "something");
    }
}
