package io.bellwether.gateway.guard;

import io.bellwether.gateway.control.ControlFold;
import io.bellwether.gateway.control.ControlStateFile;
import io.bellwether.gateway.control.KilledRolloutsFile;
import io.bellwether.routing.KilledRollouts;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Keeps on disk what this gateway killed. Writing is another thread's business, so that a slow disk holds nobody up; one write
 * is under way at most, and one that failed is tried again with every call until it succeeds.
 */
public final class KillKeeper {
    private final ControlFold fold;
    private final KilledRolloutsFile file;
    private final ControlStateFile stateFile;
    private final Executor writer;
    private final AtomicBoolean writing = new AtomicBoolean();
    private volatile KilledRollouts kept = KilledRollouts.NONE;

    /**
     * @param writer of the files
     */
    public KillKeeper(ControlFold fold, KilledRolloutsFile file, ControlStateFile stateFile, Executor writer) {
        this.fold = fold;
        this.file = file;
        this.stateFile = stateFile;
        this.writer = writer;
    }

    /** This is what is in the file. */
    public void onRestored(KilledRollouts restored) {
        kept = restored;
    }

    /** Whether everything that was killed is on disk. */
    public boolean isKept() {
        return kept.equals(fold.killed());
    }

    /** Has written what is not yet on disk. Never blocks. */
    public void tick() {
        if (isKept() || !writing.compareAndSet(false, true)) {
            return;
        }
        try {
            writer.execute(() -> {
                try {
                    write();
                } finally {
                    writing.set(false);
                }
            });
        } catch (RejectedExecutionException e) {
            writing.set(false); // The gateway leaves, or its disk is far behind; the next tick tries again.
        }
    }

    private void write() {
        if (fold.killed().kills().size() > KilledRollouts.KEPT_MAX) {
            stateFile.load().ifPresent(onDisk -> fold.trimKills(onDisk.state()));
        }
        KilledRollouts now = fold.killed();
        if (file.save(now)) {
            kept = now;
        }
    }
}
