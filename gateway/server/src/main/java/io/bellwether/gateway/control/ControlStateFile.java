package io.bellwether.gateway.control;

import io.bellwether.routing.ControlSnapshots;
import io.bellwether.routing.ControlState;
import io.bellwether.routing.SnapshotRead;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * The last good control state on disk, so that a gateway starts with its routes while Kafka is away. Written whole beside
 * the old file, forced to disk and then renamed, so that a crash leaves the old or the new one, never half of one.
 */
public final class ControlStateFile {
    private static final Logger LOG = Logger.getLogger(ControlStateFile.class);
    private static final String NAME = "control-state.bin";
    private static final long BYTES_MAX = 256L << 20;

    private final Path file;
    private final Path fresh;

    /**
     * @param folder made when it is missing
     */
    public ControlStateFile(Path folder) {
        this.file = folder.resolve(NAME);
        this.fresh = folder.resolve(NAME + ".new");
    }

    /** What was written last; empty, with a warning, if there is nothing whole. */
    public Optional<SnapshotRead.Restored> load() {
        try {
            if (!Files.exists(file)) {
                return Optional.empty();
            }
            if (Files.size(file) > BYTES_MAX) {
                LOG.warnf("the last good control state in %s is too large and not used", file);
                return Optional.empty();
            }
            if (ControlSnapshots.read(Files.readAllBytes(file)) instanceof SnapshotRead.Restored restored) {
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
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.write(fresh, ControlSnapshots.write(state, logId));
            try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
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
