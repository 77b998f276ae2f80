package io.bellwether.loadtests;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;

/**
 * A process of a platform of this machine.
 *
 * @param folder of the files {@code NAME.pid} that its launcher keeps
 * @param name as its launcher calls it
 */
record LaunchedProcess(Path folder, String name) {
    /** The process as it runs now; empty when the launcher knows of none or it has ended. */
    Optional<ProcessHandle> running() throws LoadProblem {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(folder.resolve(name + ".pid"), StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (NoSuchFileException notOfThisPlatform) {
            return Optional.empty();
        } catch (IOException e) {
            throw new LoadProblem("cannot read the process id of " + name + " in " + folder, e);
        }
        return ProcessHandle.of(Long.parseLong(properties.getProperty("pid", "0")));
    }
}
