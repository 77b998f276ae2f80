package io.bellwether.deploy.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepositoryTest {
    @TempDir
    private Path folder;

    @Test
    void aFolderWithoutAModelIsToldWhatToPutWhere() throws Exception {
        // Given
        Files.createDirectory(folder.resolve(".unpacked"));
        Files.writeString(folder.resolve("README"), "models go here");

        // Then
        assertThat(Repository.remark(folder)).hasValueSatisfying(text -> assertThat(text)
                .startsWith("The model repository " + folder + " holds no model")
                .contains(folder + "/NAME/1/model.onnx"));
    }

    @Test
    void foldersAndArchivesMayBeModels() throws Exception {
        for (var name : new String[] {"m.zip", "m.tar.gz"}) {
            // Given
            var archive = Files.createFile(folder.resolve(name));

            // Then
            assertThat(Repository.remark(folder)).as(name).isEmpty();
            Files.delete(archive);
        }

        // Given
        Files.createDirectory(folder.resolve("m"));

        // Then
        assertThat(Repository.remark(folder)).isEmpty();
    }
}
