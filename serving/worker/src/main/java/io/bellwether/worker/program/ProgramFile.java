package io.bellwether.worker.program;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Tells what a file is by its content, whatever its name says. Two kinds of program are let through, TorchScript and ONNX;
 * anything else is refused by saying what it is and how to get a program out of it. Pickles among them run code when they are
 * opened, so nothing here opens one.
 */
public final class ProgramFile {
    private static final int HEAD_BYTES = 64 * 1024;

    private ProgramFile() {}

    /** What a file is. */
    public sealed interface Content {}

    /** A TorchScript program: a sound zip with code. */
    public record TorchScript() implements Content {}

    /** An ONNX graph with what it takes and gives. */
    public record Onnx(OnnxGraph graph) implements Content {}

    /**
     * Something else, or a program that is damaged.
     *
     * @param reason what it is and what to do, to follow the name of the file
     */
    public record Refused(String reason) implements Content {}

    /**
     * Looks into the file: at most its first 64 KiB, the directory of a zip, or the frame of an ONNX graph.
     *
     * @throws IOException when it cannot be read
     */
    public static Content read(Path file) throws IOException {
        Head head = head(file);
        if (head.startsWith("PK\3\4")) {
            return TorchScriptZip.read(file);
        }
        Optional<String> foreign = ForeignContent.recognise(head, Files.size(file));
        return foreign.<Content>map(Refused::new).orElseGet(() -> OnnxFile.read(file));
    }

    private static Head head(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new Head(in.readNBytes(HEAD_BYTES));
        }
    }
}
