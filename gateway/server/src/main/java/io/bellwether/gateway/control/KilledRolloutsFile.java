package io.bellwether.gateway.control;

import io.bellwether.routing.KillSnapshots;
import io.bellwether.routing.KilledRollouts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jboss.logging.Logger;

/** The rollouts that this gateway killed by itself, on disk beside the last good control state. */
public final class KilledRolloutsFile {
    private static final Logger LOG = Logger.getLogger(KilledRolloutsFile.class);
    private static final long BYTES_MAX = 64L << 20;

    private final DurableBytes file;

    /**
     * @param folder made when it is missing
     */
    public KilledRolloutsFile(Path folder) {
        this(new DurableFile(folder, "killed-rollouts.bin", BYTES_MAX));
    }

    /** One that is kept elsewhere. */
    public KilledRolloutsFile(DurableBytes file) {
        this.file = file;
    }

    /** What was written last; nothing, with an error in the log, if the file is damaged. */
    public KilledRollouts load() {
        try {
            Optional<byte[]> bytes = file.read();
            if (bytes.isEmpty()) {
                return KilledRollouts.NONE;
            }
            if (KillSnapshots.read(bytes.get()) instanceof KillSnapshots.Restored restored) {
                return restored.killed();
            }
            LOG.errorf(
                    "the rollouts that this gateway killed, in %s, are damaged and not used; look whether their rollbacks"
                            + " are on the control log, and remove the file",
                    file);
        } catch (IOException e) {
            LOG.errorf(
                    e,
                    "the rollouts that this gateway killed, in %s, cannot be read; look whether their rollbacks are on the"
                            + " control log",
                    file);
        }
        return KilledRollouts.NONE;
    }

    /** @return whether it is on disk */
    public boolean save(KilledRollouts killed) {
        try {
            file.write(KillSnapshots.write(killed));
            return true;
        } catch (IOException e) {
            LOG.errorf(
                    e,
                    "the killed rollouts cannot be written to %s; a restart without Kafka would give them traffic again:"
                            + " make room or set gateway.state-dir",
                    file);
            return false;
        }
    }
}
