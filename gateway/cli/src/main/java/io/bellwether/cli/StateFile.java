package io.bellwether.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The state of a control log in a file: an object with {@code format}, {@code checksum} and {@code state}, which is what the
 * control API shows under {@code state}. The checksum is the SHA-256 of {@code state} written without spaces, its members in
 * their order; numbers count as they are written, so any release computes the same.
 */
final class StateFile {
    static final String FORMAT = "bellwether-control-state/1";

    private static final long BYTES_MAX = 64L << 20;

    private static final ObjectMapper EXACT = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    /** Result of reading a file. */
    sealed interface Read {

        /**
         * The file is as it was written.
         *
         * @param checksum of the state, in hexadecimal digits
         */
        record Whole(JsonNode state, String checksum) implements Read {}

        /** The file holds no state, or not the one that was written. */
        record Wrong(String sentence) implements Read {}
    }

    private StateFile() {}

    /** The text of a file that holds a state. */
    static String text(JsonNode state) {
        JsonNode exact = exact(state);
        ObjectNode file =
                JsonNodeFactory.instance.objectNode().put("format", FORMAT).put("checksum", checksum(exact));
        file.set("state", exact);
        return file.toPrettyString() + "\n";
    }

    /**
     * Writes a state whole or not at all, and forces it to the disk: what was in the file before stays until then. Only the owner
     * may read it.
     *
     * @throws IOException if it cannot be written
     */
    static void write(Path file, JsonNode state) throws IOException {
        Path whole = file.toAbsolutePath();
        Path folder = whole.getParent();
        Path name = whole.getFileName();
        if (folder == null || name == null) {
            throw new IOException("not a file in a folder");
        }
        Path part = Files.createTempFile(folder, name + ".", ".part");
        try {
            try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(text(state).getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(part, whole, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    static Read read(Path file) {
        try {
            if (Files.size(file) > BYTES_MAX) {
                return new Read.Wrong(file + " has more than " + (BYTES_MAX >> 20)
                        + " MiB; give a file that 'bellwether export' has written");
            }
            return parse(file, Files.readString(file));
        } catch (IOException e) {
            return new Read.Wrong(file + " cannot be read; give a file that 'bellwether export' has written");
        }
    }

    /** Reads the text of a file. */
    static Read parse(Path file, String text) {
        JsonNode whole;
        try {
            whole = EXACT.readTree(text);
        } catch (JsonProcessingException e) {
            return new Read.Wrong(file + " is damaged: it is no JSON; give another export");
        }
        if (!whole.isObject() || !whole.path("state").isObject()) {
            return new Read.Wrong(file + " holds no state; give a file that 'bellwether export' has written");
        }
        String format = whole.path("format").asText();
        if (!format.equals(FORMAT)) {
            return new Read.Wrong(file + " has the format '" + shown(format) + "', this release reads '" + FORMAT
                    + "'; use the release that wrote it");
        }
        String checksum = checksum(whole.path("state"));
        return checksum.equals(whole.path("checksum").asText())
                ? new Read.Whole(whole.path("state"), checksum)
                : new Read.Wrong(
                        file + " is damaged or was changed: its checksum is not that of its state; give another"
                                + " export");
    }

    static String checksum(JsonNode state) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(state.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static String shown(String text) {
        return text.substring(0, Math.min(text.length(), FORMAT.length())).replaceAll("\\p{Cntrl}", "?");
    }

    /** Numbers as they are written, not as binary fractions that another release may write otherwise. */
    private static JsonNode exact(JsonNode json) {
        try {
            return EXACT.readTree(json.toString());
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
