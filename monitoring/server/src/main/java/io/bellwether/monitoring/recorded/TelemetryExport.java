package io.bellwether.monitoring.recorded;

import com.google.protobuf.InvalidProtocolBufferException;
import io.bellwether.controlapi.ControlTopics;
import io.bellwether.controlapi.log.Command;
import io.bellwether.monitoring.recorded.line.RecordedHeader;
import io.bellwether.monitoring.replay.FoldOrder;
import io.bellwether.monitoring.replay.Recorded;
import io.bellwether.monitoring.replay.Recorded.Commanded;
import io.bellwether.monitoring.replay.Recorded.Concluded;
import io.bellwether.monitoring.replay.Recorded.Counted;
import io.bellwether.monitoring.replay.Replay;
import io.bellwether.routing.ControlState;
import io.bellwether.routing.Rollout;
import io.bellwether.telemetry.TelemetryTopics;
import io.bellwether.telemetry.events.Snapshot;
import io.bellwether.telemetry.events.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Reads what was recorded about a model from three topics and writes it into a file, in the order of the folds. */
final class TelemetryExport {
    /** Of the stable version's history before a rollout: all that its thresholds know, twice. */
    static final long LEAD_MILLIS = 600_000;
    /** What follows the end of a rollout is of no use to it. */
    private static final long TRAIL_MILLIS = 10_000;

    static final int VERDICTS_MAX = 50_000;
    static final int COMMANDS_MAX = 100_000;

    private final TopicReader topics;
    private final Asked asked;

    /**
     * What is wanted.
     *
     * @param model name of the model
     * @param rolloutId verdicts of this rollout only; empty: of all
     * @param sinceMillis snapshots from then on; empty: from ten minutes before the rollout, or the last one
     * @param nowMillis time of the export; no record is more than a minute newer
     */
    record Asked(String model, String rolloutId, OptionalLong sinceMillis, long nowMillis) {}

    /** What became of it. */
    sealed interface Result {
        /**
         * The file is in its place.
         *
         * @param cut Kafka had deleted what came before this time already, and it is needed; 0: nothing is missing
         */
        record Written(long entries, int commands, int verdicts, long cut) implements Result {}

        /** There is no file; why, and what to do. */
        record Refused(String sentence) implements Result {}
    }

    TelemetryExport(TopicReader topics, Asked asked) {
        this.topics = topics;
        this.asked = asked;
    }

    Result write(Path file) throws TopicReader.Unread, IOException {
        List<Commanded> commands = commands();
        Optional<Commanded> create = commands.stream()
                .filter(entry -> entry.command().hasCreate())
                .filter(entry -> asked.rolloutId().isEmpty()
                        || entry.command().getRolloutId().equals(asked.rolloutId()))
                .reduce((first, second) -> second);
        if (create.isEmpty()) {
            return new Result.Refused("the control log knows no rollout "
                    + (asked.rolloutId().isEmpty() ? "" : "'" + asked.rolloutId() + "' ") + "of model '" + asked.model()
                    + "'; 'bellwether rollout list' shows them");
        }
        long since = asked.sinceMillis().orElse(create.get().place().atMillis() - LEAD_MILLIS);
        List<Concluded> verdicts = verdicts(since);
        if (commands.size() > COMMANDS_MAX || verdicts.size() > VERDICTS_MAX) {
            return new Result.Refused("there are more than " + VERDICTS_MAX + " verdicts or " + COMMANDS_MAX
                    + " commands; name one rollout with --rollout, or a later time with --since");
        }
        try {
            return write(file, commands, verdicts, since);
        } catch (UncheckedIOException e) {
            throw new IOException(e);
        }
    }

    private Result write(Path file, List<Commanded> commands, List<Concluded> verdicts, long since)
            throws TopicReader.Unread, IOException {
        String topic = TelemetryTopics.AGGREGATES;
        int partition = topics.partitionOf(topic, asked.model());
        boolean cut = topics.isCut(topic, partition, since);
        long until = endOf(commands);
        try (Sheet sheet = new Sheet(file, cut, since)) {
            FoldOrder order = new FoldOrder(commands, verdicts, sheet::add);
            topics.read(topic, List.of(partition), since, record -> {
                Optional<Counted> snapshot = snapshot(record);
                sheet.begin(record.timestamp());
                snapshot.ifPresent(order::snapshot);
                return record.timestamp() <= until && !sheet.isFull();
            });
            sheet.begin(since);
            order.finish();
            if (sheet.isFull()) {
                return new Result.Refused("there are more than " + TelemetryFile.ENTRIES_MAX
                        + " records; give a later time with --since");
            }
            long entries = sheet.commit();
            return new Result.Written(entries, commands.size(), verdicts.size(), cut ? sheet.sinceMillis : 0);
        }
    }

    /** The file, whose header waits for the time of the first record. */
    private final class Sheet implements AutoCloseable {
        private final Path file;
        private final boolean cut;
        private long sinceMillis;
        private @Nullable TelemetryWriter writer;

        Sheet(Path file, boolean cut, long sinceMillis) {
            this.file = file;
            this.cut = cut;
            this.sinceMillis = sinceMillis;
        }

        void begin(long firstMillis) {
            if (writer != null) {
                return;
            }
            sinceMillis = cut ? Math.max(sinceMillis, firstMillis) : sinceMillis;
            try {
                writer = new TelemetryWriter(
                        file,
                        RecordedHeader.newBuilder()
                                .setFormat(TelemetryFile.FORMAT)
                                .setModel(asked.model())
                                .setRolloutId(asked.rolloutId())
                                .setSinceMillis(sinceMillis)
                                .setRecordedAtMillis(asked.nowMillis())
                                .build());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void add(Recorded recorded) {
            boolean ahead = recorded.place().atMillis() > asked.nowMillis() + TelemetryFile.AHEAD_MILLIS_MAX;
            if (writer == null || isFull() || ahead) {
                return;
            }
            try {
                writer.add(recorded);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        boolean isFull() {
            return writer != null && writer.entries() >= TelemetryFile.ENTRIES_MAX;
        }

        long commit() throws IOException {
            if (writer == null) {
                return 0;
            }
            writer.commit();
            return writer.entries();
        }

        @Override
        public void close() throws IOException {
            if (writer != null) {
                writer.close();
            }
        }
    }

    private List<Commanded> commands() throws TopicReader.Unread {
        List<Commanded> commands = new ArrayList<>();
        String topic = ControlTopics.CONTROL_LOG;
        topics.read(topic, topics.partitions(topic), 0, record -> {
            try {
                Command command = record.value() == null ? null : Command.parseFrom(record.value());
                if (command != null && command.getModel().equals(asked.model())) {
                    commands.add(new Commanded(place(record), command));
                }
            } catch (InvalidProtocolBufferException e) {
                return true; // monitoring leaves it out, too
            }
            return commands.size() <= COMMANDS_MAX;
        });
        return commands;
    }

    private List<Concluded> verdicts(long since) throws TopicReader.Unread {
        List<Concluded> verdicts = new ArrayList<>();
        String topic = TelemetryTopics.VERDICTS;
        topics.read(topic, topics.partitions(topic), since, record -> {
            try {
                Verdict verdict = record.value() == null ? null : Verdict.parseFrom(record.value());
                if (verdict != null
                        && verdict.getModel().equals(asked.model())
                        && (asked.rolloutId().isEmpty()
                                || verdict.getRolloutId().equals(asked.rolloutId()))) {
                    verdicts.add(new Concluded(place(record), verdict, Replay.sha256(record.value())));
                }
            } catch (InvalidProtocolBufferException e) {
                return true; // no verdict of monitoring
            }
            return verdicts.size() <= VERDICTS_MAX;
        });
        return verdicts;
    }

    /** Snapshots that monitoring leaves out are left out here. */
    private Optional<Counted> snapshot(ConsumerRecord<String, byte[]> record) {
        if (record.value() == null || !asked.model().equals(record.key())) {
            return Optional.empty();
        }
        try {
            Snapshot snapshot = Snapshot.parseFrom(record.value());
            boolean named = snapshot.getModel().equals(asked.model())
                    && !snapshot.getProcessId().isEmpty();
            return named ? Optional.of(new Counted(place(record), snapshot)) : Optional.empty();
        } catch (InvalidProtocolBufferException e) {
            return Optional.empty();
        }
    }

    private static Recorded.Place place(ConsumerRecord<String, byte[]> record) {
        return new Recorded.Place(record.partition(), record.offset(), record.timestamp());
    }

    /** The time after which no snapshot matters to the rollout; without end while it is live. */
    private long endOf(List<Commanded> commands) {
        ControlState control = ControlState.empty();
        long endMillis = Long.MAX_VALUE;
        for (Commanded entry : commands) {
            control = control.apply(entry.command(), entry.place().offset()).state();
            boolean ended = !asked.rolloutId().isEmpty()
                    && control.rollout(asked.rolloutId())
                            .filter(rollout -> rollout instanceof Rollout.Ended)
                            .isPresent();
            if (ended) {
                endMillis = Math.min(endMillis, entry.place().atMillis() + TRAIL_MILLIS);
            }
        }
        return endMillis;
    }
}
