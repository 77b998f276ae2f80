package io.bellwether.gateway.control;

import com.google.protobuf.InvalidProtocolBufferException;
import io.bellwether.controlapi.log.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A control log in memory that a fold follows at once. */
public final class FakeControlLog implements ControlLog {
    static final long APPENDED_AT_MILLIS = 5_000;
    static final long APPLIED_AT_MILLIS = 5_040;

    public final List<Command> appended = new ArrayList<>();
    private final ControlFold fold;
    public volatile boolean reachable = true;
    public volatile boolean followed = true;
    /** Another writer that comes first, once. */
    Runnable before = () -> {};

    public FakeControlLog(ControlFold fold) {
        this.fold = fold;
    }

    @Override
    public CompletionStage<Long> append(Command command) {
        if (!reachable) {
            return CompletableFuture.failedFuture(new NotStored("the control log is away; start Kafka"));
        }
        Runnable first = before;
        before = () -> {};
        first.run();
        return CompletableFuture.completedFuture(write(command));
    }

    public long write(Command given) {
        Command command = asRead(given);
        appended.add(command);
        long position = appended.size() - 1L;
        if (followed) {
            fold.apply(new LogEntry(position, APPENDED_AT_MILLIS, command), APPLIED_AT_MILLIS, true);
        }
        return position;
    }

    /** As a log gives it back: texts are UTF-8 there. */
    private static Command asRead(Command given) {
        try {
            return Command.parseFrom(given.toByteString());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public boolean reachable() {
        return reachable;
    }
}
