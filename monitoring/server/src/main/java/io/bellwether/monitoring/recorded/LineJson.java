package io.bellwether.monitoring.recorded;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.bellwether.controlapi.log.Command;
import io.bellwether.monitoring.recorded.line.RecordedEnd;
import io.bellwether.monitoring.recorded.line.RecordedEntry;
import io.bellwether.monitoring.recorded.line.RecordedHeader;
import io.bellwether.monitoring.recorded.line.RecordedLine;
import io.bellwether.monitoring.replay.Recorded;
import io.bellwether.telemetry.events.Snapshot;
import io.bellwether.telemetry.events.Verdict;
import java.util.Optional;

/** One line of a file as JSON, to and fro. */
final class LineJson {
    private static final int DEPTH_MAX = 64;
    private static final int SHOWN_CHARACTERS_MAX = 120;
    private static final JsonFormat.TypeRegistry TYPES = JsonFormat.TypeRegistry.newBuilder()
            .add(Snapshot.getDescriptor())
            .add(Command.getDescriptor())
            .add(Verdict.getDescriptor())
            .build();
    private static final JsonFormat.Printer PRINTER =
            JsonFormat.printer().usingTypeRegistry(TYPES).omittingInsignificantWhitespace();
    private static final JsonFormat.Parser PARSER = JsonFormat.parser().usingTypeRegistry(TYPES);

    private LineJson() {}

    /** Result of reading a line. */
    sealed interface Read {
        /** It is as it should be. */
        record Line(RecordedLine line) implements Read {}

        /** It cannot be meant; what is wrong, and what to do. */
        record Wrong(String problem) implements Read {}
    }

    static Read parse(String text) {
        if (isTooDeep(text)) {
            return new Read.Wrong("is nested more than " + DEPTH_MAX + " levels deep; leave it out");
        }
        RecordedLine.Builder line = RecordedLine.newBuilder();
        try {
            PARSER.merge(text, line);
            return new Read.Line(line.build());
        } catch (InvalidProtocolBufferException | RuntimeException e) {
            // The parser of JSON underneath tells damage by unchecked exceptions of several kinds, too.
            return new Read.Wrong("cannot be read (" + oneLine(String.valueOf(e.getMessage()))
                    + "); if a newer release wrote it, use that release, else leave the line out");
        }
    }

    /** The format that a first line names, also if the rest of it is of another release. */
    static Optional<String> format(String text) {
        RecordedLine.Builder line = RecordedLine.newBuilder();
        try {
            JsonFormat.parser().ignoringUnknownFields().usingTypeRegistry(TYPES).merge(text, line);
        } catch (InvalidProtocolBufferException | RuntimeException e) {
            return Optional.empty();
        }
        return line.hasHeader() ? Optional.of(line.getHeader().getFormat()) : Optional.empty();
    }

    static String text(RecordedHeader header) {
        return print(RecordedLine.newBuilder().setHeader(header).build());
    }

    static String text(RecordedEnd end) {
        return print(RecordedLine.newBuilder().setEnd(end).build());
    }

    static String text(Recorded recorded) {
        Recorded.Place place = recorded.place();
        RecordedEntry.Builder entry = RecordedEntry.newBuilder()
                .setPartition(place.partition())
                .setOffset(place.offset())
                .setAtMillis(place.atMillis());
        Message message;
        if (recorded instanceof Recorded.Counted counted) {
            message = counted.snapshot();
        } else if (recorded instanceof Recorded.Commanded commanded) {
            message = commanded.command();
        } else {
            Recorded.Concluded concluded = (Recorded.Concluded) recorded;
            entry.setSha256(concluded.sha256());
            message = concluded.verdict();
        }
        return print(RecordedLine.newBuilder()
                .setEntry(entry.setMessage(Any.pack(message)))
                .build());
    }

    /** Any message on one line. */
    static String print(Message message) {
        try {
            return PRINTER.print(message);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("every message of a record has a JSON form", e);
        }
    }

    /** What an entry holds; empty if it is of no kind that is known. */
    static Optional<Recorded> recorded(RecordedEntry entry) {
        Recorded.Place place = new Recorded.Place(entry.getPartition(), entry.getOffset(), entry.getAtMillis());
        Any message = entry.getMessage();
        try {
            if (message.is(Snapshot.class)) {
                return Optional.of(new Recorded.Counted(place, message.unpack(Snapshot.class)));
            }
            if (message.is(Command.class)) {
                return Optional.of(new Recorded.Commanded(place, message.unpack(Command.class)));
            }
            if (message.is(Verdict.class)) {
                return Optional.of(new Recorded.Concluded(place, message.unpack(Verdict.class), entry.getSha256()));
            }
            return Optional.empty();
        } catch (InvalidProtocolBufferException e) {
            return Optional.empty();
        }
    }

    /** What reads a tree calls itself for each level, until the stack is full. */
    private static boolean isTooDeep(String text) {
        int depth = 0;
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quoted) {
                i += c == '\\' ? 1 : 0;
                quoted = c != '"';
            } else if (c == '"') {
                quoted = true;
            } else if (c == '{' || c == '[') {
                depth++;
            } else if (c == '}' || c == ']') {
                depth--;
            }
            if (depth > DEPTH_MAX) {
                return true;
            }
        }
        return false;
    }

    private static String oneLine(String text) {
        String line = text.replaceAll("\\s+", " ");
        return line.length() <= SHOWN_CHARACTERS_MAX ? line : line.substring(0, SHOWN_CHARACTERS_MAX) + "...";
    }
}
