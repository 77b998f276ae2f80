package io.bellwether.loadtests;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The input rows that requests are made of, with the class that each really belongs to. Read from CSV: one header line,
 * then one line a row, features first and the label last.
 */
final class Samples implements Rows {
    private static final int ROWS_MAX = 100_000;
    private static final int COLUMNS_MAX = 100_000;

    private final List<float[]> features;
    private final int[] labels;

    private Samples(List<float[]> features, int[] labels) {
        this.features = features;
        this.labels = labels;
    }

    /** @throws LoadProblem when the file cannot be read, with its line and what is expected there */
    static Samples read(Path file) throws LoadProblem {
        List<String> lines;
        try {
            lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new LoadProblem("cannot read the input file " + file + "; give one with --input-file", e);
        }
        if (lines.size() < 2 || lines.size() > ROWS_MAX) {
            throw new LoadProblem(file + " has " + lines.size() + " lines; expected a header and 1 to " + ROWS_MAX
                    + " rows of features with the label last");
        }
        int columns = lines.get(0).split(",", -1).length;
        if (columns < 2 || columns > COLUMNS_MAX) {
            throw new LoadProblem(file + " line 1 has " + columns + " columns; expected features and a label");
        }
        List<float[]> features = new ArrayList<>();
        int[] labels = new int[lines.size() - 1];
        for (int i = 1; i < lines.size(); i++) {
            float[] values = row(file, i + 1, lines.get(i), columns);
            labels[i - 1] = (int) values[columns - 1];
            features.add(Arrays.copyOf(values, columns - 1));
        }
        return new Samples(features, labels);
    }

    private static float[] row(Path file, int line, String text, int columns) throws LoadProblem {
        String[] fields = text.split(",", -1);
        if (fields.length != columns) {
            throw new LoadProblem(
                    file + " line " + line + " has " + fields.length + " columns; the header has " + columns);
        }
        float[] values = new float[columns];
        for (int i = 0; i < columns; i++) {
            try {
                values[i] = Float.parseFloat(fields[i]);
            } catch (NumberFormatException e) {
                throw new LoadProblem(file + " line " + line + " column " + (i + 1) + " is no number", e);
            }
        }
        return values;
    }

    @Override
    public int rows() {
        return features.size();
    }

    /** Features of each row. */
    int width() {
        return features.get(0).length;
    }

    @Override
    public int label(int row) {
        return labels[row];
    }

    /** The features as a JSON array. */
    String json(int row) {
        StringBuilder json = new StringBuilder("[");
        for (float value : features.get(row)) {
            if (json.length() > 1) {
                json.append(',');
            }
            if (value == (int) value) {
                json.append((int) value);
            } else {
                json.append(value);
            }
        }
        return json.append(']').toString();
    }

    /** The features as little-endian 32 bit floats, in a direct buffer of their own. */
    ByteBuffer raw(int row) {
        ByteBuffer raw = ByteBuffer.allocateDirect(width() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        fill(row, raw);
        return raw;
    }

    /** Writes the features over what {@code raw} holds; its position stays at the start. */
    void fill(int row, ByteBuffer raw) {
        raw.clear();
        for (float value : features.get(row)) {
            raw.putFloat(value);
        }
        raw.flip();
    }
}
