package io.bellwether.gateway.control;

import com.google.protobuf.InvalidProtocolBufferException;
import io.bellwether.controlapi.log.Command;
import io.bellwether.routing.Effect;
import org.jspecify.annotations.Nullable;

/**
 * What a gateway makes of the control log, whoever brings it the records: where it goes on, and what each record does to its
 * fold. Waits for nothing and reads no clock. For one thread.
 */
public final class ControlLogReading {
    private final ControlFold fold;

    public ControlLogReading(ControlFold fold) {
        this.fold = fold;
    }

    /**
     * What one record was.
     *
     * @param command what it says; an empty one, which is void, where the bytes are none
     * @param damaged whether the bytes are something else than a command
     * @param effect what it did
     */
    public record Seen(Command command, boolean damaged, Effect effect) {}

    /** The log is there, or there again: says from which position to read. */
    public Resumption begin(Resumption.LogBounds log) {
        Resumption resumption = Resumption.of(fold.state(), fold.logId(), log);
        fold.restore(resumption.state(), log.id());
        return resumption;
    }

    /**
     * Folds one record, and routes by it.
     *
     * @param value as the log has it; null for a tombstone
     * @param appendedAtMillis milliseconds since the epoch, as the log recorded it
     * @param nowMillis milliseconds since the epoch
     * @param live false while the past is read again, whose delays mean nothing
     */
    public Seen read(long position, byte @Nullable [] value, long appendedAtMillis, long nowMillis, boolean live) {
        Command command = Command.getDefaultInstance();
        boolean damaged = false;
        if (value != null) {
            try {
                command = Command.parseFrom(value);
            } catch (InvalidProtocolBufferException e) {
                damaged = true;
            }
        }
        Effect effect = fold.apply(new LogEntry(position, appendedAtMillis, command), nowMillis, live);
        return new Seen(command, damaged, effect);
    }
}
