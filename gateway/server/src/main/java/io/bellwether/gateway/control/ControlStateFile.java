package io.bellwether.gateway.control;

import io.bellwether.routing.ControlSnapshots;
import io.bellwether.routing.ControlState;
import io.bellwether.routing.SnapshotRead;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jboss.logging.Logger;

/** The last good control state on disk, so that a gateway starts with its routes while Kafka is away. */
public final class ControlStateFile {
    private static final Logger LOG = Logger.getLogger(ControlStateFile.class);
    private static final long BYTES_MAX = 256L << 20;

    private final DurableBytes file;

    /**
     * @param folder made when it is missing
     */
    public ControlStateFile(Path folder) {
        this(new DurableFile(folder, "control-state.bin", BYTES_MAX));
    }

    /** One that is kept elsewhere. */
    public ControlStateFile(DurableBytes file) {
        this.file = file;
    }

    /** What was written last; empty, with a warning, if there is nothing whole. */
    public Optional<SnapshotRead.Restored> load() {
        try {
            Optional<byte[]> bytes = file.read();
            if (bytes.isEmpty()) {
                return Optional.empty();
            }
            if (ControlSnapshots.read(bytes.get()) instanceof SnapshotRead.Restored restored) {
                return Optional.of(restored);
            }
            LOG.warnf("the last good control state in %s is damaged and not used; the control log replaces it", file);
        } catch (IOException e) {
            LOG.warnf(e, "the last good control state in %s cannot be read; the control log replaces it", file);
        }
        return Optional.empty();
    }

    /**
     * Writes a state.
     *
     * @param logId identity of the log that it was folded from
     * @return whether it is on disk
     */
    public boolean save(ControlState state, String logId) {
        try {
            file.write(ControlSnapshots.write(state, logId));
            return true;
        } catch (IOException e) {
            LOG.warnf(
                    e,
                    "the control state cannot be written to %s; a restart without Kafka would use an older one",
                    file);
            return false;
        }
    }
}
