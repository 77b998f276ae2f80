package io.bellwether.worker.trial;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.worker.trial.ClassDataName.Found;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClassDataNameTest {
    private static final Runtime.Version JDK_17 = Runtime.Version.parse("17.0.15+6-Debian-1deb12u1");
    private static final Path FOLDER = Path.of("/state/trial-classes");
    private static final ClassDataName NAME = ClassDataName.of(JDK_17, List.of("a.jar 10 1"));

    @Test
    void anotherJvmAndAnotherClassPathHaveOtherNames() {
        assertThat(NAME).isEqualTo(ClassDataName.of(JDK_17, List.of("a.jar 10 1")));
        assertThat(List.of(
                        ClassDataName.of(Runtime.Version.parse("25.0.1+8"), List.of("a.jar 10 1")),
                        ClassDataName.of(JDK_17, List.of("a.jar 10 2")),
                        ClassDataName.of(JDK_17, List.of("a.jar 10", "1")),
                        ClassDataName.of(JDK_17, List.of("a.jar 10 1", "b.jar 1 1"))))
                .doesNotContain(NAME)
                .doesNotHaveDuplicates();
    }

    @Test
    void anArchiveIsUsedOnlyWhenItHasTheSizeInItsName() {
        // Given
        List<Found> whole = List.of(new Found(NAME.archive(16_000_000), 16_000_000));
        List<Found> cutShort = List.of(new Found(NAME.archive(16_000_000), 15_999_999));

        // Then
        assertThat(NAME.flags(FOLDER, whole, true, 17))
                .contains(
                        "-XX:+VerifySharedSpaces",
                        "-XX:SharedArchiveFile=/state/trial-classes/" + NAME.archive(16_000_000))
                .noneMatch(flag -> flag.startsWith("-XX:DumpLoadedClassList"));
        assertThat(NAME.flags(FOLDER, cutShort, true, 17))
                .contains("-XX:DumpLoadedClassList=/state/trial-classes/" + NAME.list())
                .noneMatch(flag -> flag.startsWith("-XX:SharedArchiveFile"));
        assertThat(NAME.flags(FOLDER, cutShort, false, 17)).isEmpty();
    }

    @Test
    void aJvmIsToldToBeSilentInWordsThatItKnows() {
        assertThat(NAME.flags(FOLDER, List.of(), true, 17))
                .contains("-Xlog:cds*=off", "-Xlog:class+path=off")
                .doesNotContain("-Xlog:aot*=off");
        assertThat(NAME.flags(FOLDER, List.of(), true, 25)).contains("-Xlog:cds*=off", "-Xlog:aot*=off");
    }

    @Test
    void onlyTheUsableArchiveAndTheListStay() {
        // Given
        ClassDataName other = ClassDataName.of(JDK_17, List.of("a.jar 11 1"));
        List<Found> files = List.of(
                new Found(NAME.archive(5), 5),
                new Found(NAME.archive(7), 6),
                new Found(NAME.list(), 9),
                new Found(NAME.stem() + "1.part", 3),
                new Found(other.archive(5), 5),
                new Found(other.list(), 5));

        // Then
        assertThat(NAME.obsolete(files))
                .containsExactlyInAnyOrder(NAME.archive(7), NAME.stem() + "1.part", other.archive(5), other.list());
    }
}
