package io.bellwether.loadtests.simulation;

import com.google.protobuf.ByteString;
import io.bellwether.monitoring.folding.MemoryKey;
import io.bellwether.telemetry.events.Snapshot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Kafka as far as the platform knows it: the control log, the topic of telemetry, and monitoring's changelog, offset and
 * group. What it has taken it keeps; while it is away nobody reads or writes.
 */
final class Broker {
    static final String LOG_ID = "log-1";
    private static final long SESSION_NANOS = 2 * Agenda.SECOND;

    private final Host host;
    private final LogReferee referee;
    private final List<LogRecord> control = new ArrayList<>();
    private final List<Snapshot> telemetry = new ArrayList<>();
    private final Map<MemoryKey, ByteString> changelog = new LinkedHashMap<>();
    private int committed;
    private @Nullable Host owner;
    private long ownerHeardNanos;
    private int handovers;

    /**
     * One entry of the control log.
     *
     * @param content null for a tombstone
     */
    record LogRecord(@Nullable ByteString content, long appendedAtMillis) {
        /** As a consumer gives it: null for a tombstone. */
        byte @Nullable [] value() {
            return content == null ? null : content.toByteArray();
        }
    }

    Broker(Host host, LogReferee referee) {
        this.host = host;
        this.referee = referee;
    }

    Host host() {
        return host;
    }

    /** @return the position of the new entry */
    long append(byte @Nullable [] value) {
        control.add(new LogRecord(value == null ? null : ByteString.copyFrom(value), host.epochMillis()));
        long position = control.size() - 1L;
        referee.appended(position, value);
        return position;
    }

    /** Position of the next entry of the control log. */
    long end() {
        return control.size();
    }

    LogRecord entry(long position) {
        return control.get(Math.toIntExact(position));
    }

    void report(Snapshot snapshot) {
        telemetry.add(snapshot);
    }

    List<Snapshot> telemetryFrom(int offset, int recordsMax) {
        return telemetry.subList(offset, Math.min(telemetry.size(), offset + recordsMax));
    }

    void remember(MemoryKey key, @Nullable ByteString value) {
        if (value == null) {
            changelog.remove(key);
        } else {
            changelog.put(key, value);
        }
    }

    Map<MemoryKey, ByteString> changelog() {
        return changelog;
    }

    void commit(int offset) {
        committed = offset;
    }

    int committed() {
        return committed;
    }

    /** Times that telemetry got another reader. */
    int handovers() {
        return handovers;
    }

    /** A member of the group is heard: whether telemetry is its to read. It becomes so when the reader was silent too long. */
    boolean isReader(Host member) {
        if (owner == null || (owner != member && host.nanos() - ownerHeardNanos > SESSION_NANOS)) {
            handovers += owner == null ? 0 : 1;
            owner = member;
        }
        if (owner == member) {
            ownerHeardNanos = host.nanos();
        }
        return owner == member;
    }
}
