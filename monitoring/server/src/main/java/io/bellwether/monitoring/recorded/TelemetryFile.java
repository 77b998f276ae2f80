package io.bellwether.monitoring.recorded;

import io.bellwether.monitoring.recorded.LineReader.Line;
import io.bellwether.monitoring.recorded.line.RecordedEntry;
import io.bellwether.monitoring.recorded.line.RecordedHeader;
import io.bellwether.monitoring.recorded.line.RecordedLine;
import io.bellwether.monitoring.replay.Recorded;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a file of recorded telemetry, line by line. A line that is damaged, too long, of another release, from the future, out of
 * order or about another model is never handed on: it is counted, with its number and what to do.
 */
final class TelemetryFile {
    static final String FORMAT = "bellwether-telemetry/1";
    /** Of the name of a file that is compressed. */
    static final String COMPRESSED = ".gz";

    static final int LINE_BYTES_MAX = 16 << 20;
    static final long ENTRIES_MAX = 5_000_000;
    /** How far the clocks of those who wrote the records may be ahead of that of who wrote the file. */
    static final long AHEAD_MILLIS_MAX = 60_000;

    private static final int PROBLEMS_SHOWN_MAX = 20;
    private static final int BUFFER_BYTES = 1 << 16;

    private final Consumer<Recorded> out;
    private final List<String> problems = new ArrayList<>();
    private @Nullable RecordedHeader header;
    private long refused;
    private long entries;
    private long snapshots;
    private long commands;
    private long verdicts;
    private long snapshotOffset = -1;
    private long commandOffset = -1;
    private boolean ended;

    /** What a file holds. */
    sealed interface Contents {
        /**
         * It was read to its end.
         *
         * @param problems of lines that were left out, the first twenty
         * @param refused lines that were left out
         */
        record Read(
                RecordedHeader header,
                long snapshots,
                long commands,
                long verdicts,
                List<String> problems,
                long refused)
                implements Contents {}

        /** It cannot be read at all; what is wrong, and what to do. */
        record Wrong(String sentence) implements Contents {}
    }

    private TelemetryFile(Consumer<Recorded> out) {
        this.out = out;
    }

    /**
     * Reads a file and hands on its sound entries in their order.
     *
     * @param out takes them
     */
    static Contents read(Path file, Consumer<Recorded> out) {
        try (InputStream in = open(file)) {
            return new TelemetryFile(out).all(file, in);
        } catch (IOException e) {
            return new Contents.Wrong(file + " cannot be read (" + e.getClass().getSimpleName()
                    + "); give a file that 'bellwether telemetry export' has written");
        }
    }

    private static InputStream open(Path file) throws IOException {
        InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES);
        if (!file.toString().endsWith(COMPRESSED)) {
            return in;
        }
        try {
            return new BufferedInputStream(new GZIPInputStream(in, BUFFER_BYTES), BUFFER_BYTES);
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    private Contents all(Path file, InputStream in) throws IOException {
        LineReader lines = new LineReader(in, LINE_BYTES_MAX);
        Optional<String> noHeader = header(lines.next());
        RecordedHeader known = header;
        if (known == null) {
            return new Contents.Wrong(file + " " + noHeader.orElse(""));
        }
        for (Line line = lines.next(); line != null; line = lines.next()) {
            if (entries >= ENTRIES_MAX) {
                return new Contents.Wrong(
                        file + " has more than " + ENTRIES_MAX + " entries; export less time with --since");
            }
            String problem = problemOf(line, known);
            if (!problem.isEmpty()) {
                refuse("line " + lines.number() + " " + problem);
            }
        }
        if (!ended) {
            refuse("line " + (lines.number() + 1) + " is missing: the file ends without its end; export it again");
        }
        return new Contents.Read(known, snapshots, commands, verdicts, List.copyOf(problems), refused);
    }

    /** Reads the first line; why it is no header, if so. */
    private Optional<String> header(@Nullable Line first) {
        if (!(first instanceof Line.Text text)) {
            return Optional.of(
                    "holds no recorded telemetry; give a file that 'bellwether telemetry export' has written");
        }
        Optional<String> format = LineJson.format(text.text());
        if (format.isEmpty()) {
            return Optional.of("holds no recorded telemetry: its first line is no header; give a file that 'bellwether"
                    + " telemetry export' has written");
        }
        if (!format.get().equals(FORMAT)) {
            return Optional.of("has the format '" + shown(format.get()) + "', this release reads '" + FORMAT
                    + "'; use the release that wrote it");
        }
        if (!(LineJson.parse(text.text()) instanceof LineJson.Read.Line line)
                || line.line().getHeader().getModel().isEmpty()) {
            return Optional.of("has a header that names no model or holds what this release does not know; use the"
                    + " release that wrote it");
        }
        header = line.line().getHeader();
        return Optional.empty();
    }

    /** Reads one line after the header; what is wrong with it, or nothing. */
    private String problemOf(Line line, RecordedHeader known) {
        if (line instanceof Line.Wrong wrong) {
            return wrong.problem();
        }
        String text = ((Line.Text) line).text();
        if (text.isBlank()) {
            return "";
        }
        LineJson.Read read = LineJson.parse(text);
        if (read instanceof LineJson.Read.Wrong wrong) {
            return wrong.problem();
        }
        RecordedLine content = ((LineJson.Read.Line) read).line();
        if (ended) {
            return "comes after the end; leave it out";
        }
        return switch (content.getKindCase()) {
            case ENTRY -> entry(content.getEntry(), known);
            case END -> end(content.getEnd().getEntries());
            case HEADER -> "is a second header; put one recording into one file";
            case KIND_NOT_SET -> "says nothing; leave it out";
        };
    }

    private String entry(RecordedEntry entry, RecordedHeader known) {
        entries++;
        Optional<Recorded> recorded = LineJson.recorded(entry);
        if (recorded.isEmpty()) {
            return "is no snapshot, command or verdict; leave it out";
        }
        Recorded.Place place = recorded.get().place();
        if (place.partition() < 0 || place.offset() < 0 || place.atMillis() < 0) {
            return "has a negative partition, offset or time; leave it out";
        }
        if (known.getRecordedAtMillis() > 0 && place.atMillis() > known.getRecordedAtMillis() + AHEAD_MILLIS_MAX) {
            return "is from the future: it is more than a minute newer than the file; leave it out";
        }
        String model = modelOf(recorded.get());
        if (!model.equals(known.getModel())) {
            return "is about model '" + shown(model) + "', and the file about '" + shown(known.getModel())
                    + "'; leave it out";
        }
        return inOrder(recorded.get());
    }

    private String inOrder(Recorded recorded) {
        long offset = recorded.place().offset();
        if (recorded instanceof Recorded.Counted) {
            if (offset <= snapshotOffset) {
                return "has offset " + offset + " after " + snapshotOffset + ": snapshots rise; leave it out";
            }
            snapshotOffset = offset;
            snapshots++;
        } else if (recorded instanceof Recorded.Commanded) {
            if (offset <= commandOffset) {
                return "has offset " + offset + " after " + commandOffset + ": commands rise; leave it out";
            }
            commandOffset = offset;
            commands++;
        } else {
            verdicts++;
        }
        out.accept(recorded);
        return "";
    }

    private static String modelOf(Recorded recorded) {
        if (recorded instanceof Recorded.Counted counted) {
            return counted.snapshot().getModel();
        }
        return recorded instanceof Recorded.Commanded commanded
                ? commanded.command().getModel()
                : ((Recorded.Concluded) recorded).verdict().getModel();
    }

    private String end(long counted) {
        ended = true;
        return counted == entries
                ? ""
                : "says that there are " + counted + " entries, and " + entries
                        + " were read: lines are missing or too many; export again";
    }

    private void refuse(String problem) {
        refused++;
        if (problems.size() < PROBLEMS_SHOWN_MAX) {
            problems.add(problem);
        }
    }

    private static String shown(String text) {
        String line = text.replaceAll("\\p{Cntrl}", "?");
        return line.length() <= FORMAT.length() ? line : line.substring(0, FORMAT.length()) + "...";
    }
}
