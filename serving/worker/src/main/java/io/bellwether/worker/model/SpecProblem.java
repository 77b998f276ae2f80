package io.bellwether.worker.model;

/**
 * One thing that is wrong, or worth knowing, in the description of a model.
 *
 * <p>Pieces of the file in it are cut and shown as far as they can be printed.
 *
 * @param line line in the file, from 1; 0 when it is about no line
 * @param path where in the document, for example {@code inputs[0].datatype}; empty for the whole file
 * @param found what is there
 * @param fix what to write instead
 */
public record SpecProblem(int line, String path, String found, String fix) {
    private static final int PATH_CHARACTERS_MAX = 120;
    private static final int TEXT_CHARACTERS_MAX = 500;

    public SpecProblem {
        path = Printable.of(path, PATH_CHARACTERS_MAX);
        found = Printable.of(found, TEXT_CHARACTERS_MAX);
        fix = Printable.of(fix, TEXT_CHARACTERS_MAX);
    }

    /** The problem as one sentence for a log line or a repository index. */
    public String text() {
        return (line == 0 ? "" : "line " + line + ": ") + (path.isEmpty() ? "" : path + " ") + found + "; " + fix;
    }
}
