package io.bellwether.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** The text of a small YAML or JSON file, known to be no larger and no deeper than can be meant. */
final class YamlText {

    private static final int BYTES_MAX = 1 << 20;
    private static final int DEPTH_MAX = 32;

    /** Result of reading a file. */
    sealed interface Read {

        /** Text that may be loaded. */
        record Text(String text) implements Read {}

        /** It cannot be read, is too large, too deep or not YAML. */
        record Wrong(String sentence) implements Read {}
    }

    private YamlText() {}

    /**
     * Reads a file.
     *
     * @param expected what it should hold, for people
     */
    static Read read(Path file, String expected) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(BYTES_MAX + 1);
            return bytes.length > BYTES_MAX
                    ? new Read.Wrong(file + " is larger than 1 MiB; expected " + expected + " of some lines")
                    : checked(file, new String(bytes, StandardCharsets.UTF_8));
        } catch (IOException e) {
            return new Read.Wrong(file + " cannot be read; check that it exists and that you may read it");
        }
    }

    /** Checks the text of a file. */
    static Read checked(Path file, String text) {
        try {
            return isTooDeep(file, text)
                    ? new Read.Wrong(file + " is nested more than " + DEPTH_MAX + " levels deep")
                    : new Read.Text(text);
        } catch (YamlEngineException | IllegalArgumentException e) {
            return new Read.Wrong(notYaml(file, e));
        }
    }

    /** What a loader of the text should know. */
    static LoadSettings settings(Path file) {
        return LoadSettings.builder()
                .setLabel(file.toString())
                .setAllowDuplicateKeys(false)
                // A list that holds itself has no end.
                .setMaxAliasesForCollections(0)
                .build();
    }

    static String notYaml(Path file, RuntimeException fault) {
        return file + " is not YAML: " + String.valueOf(fault.getMessage()).replaceAll("\\s+", " ");
    }

    /** What loads a tree calls itself for each level, until the stack is full. */
    private static boolean isTooDeep(Path file, String text) {
        int depth = 0;
        for (Event event : new Parse(settings(file)).parseString(text)) {
            if (event instanceof CollectionStartEvent) {
                depth++;
            } else if (event instanceof CollectionEndEvent) {
                depth--;
            }
            if (depth > DEPTH_MAX) {
                return true;
            }
        }
        return false;
    }
}
