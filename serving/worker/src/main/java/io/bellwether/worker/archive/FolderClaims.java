package io.bellwether.worker.archive;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;

/**
 * Says which folders running processes use: each holds a lock on a file beside the folder until it ends. All of this happens
 * while the caller holds the lock on the folder above, so nobody claims what is just being deleted.
 */
final class FolderClaims {
    static final String PREFIX = ".used-";

    /** Locks are between processes, so a process has one of each. */
    private static final Map<Path, FileChannel> HELD = new HashMap<>();

    private FolderClaims() {}

    /** Whether this process uses the folder. */
    static synchronized boolean holds(Path folder) {
        return HELD.containsKey(folder);
    }

    /** From now on this process uses the folder. */
    static synchronized void claim(Path folder) throws IOException {
        FileChannel channel = FileChannel.open(
                mark(folder), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            channel.lock(0, Long.MAX_VALUE, true);
            HELD.put(folder, channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Runs {@code delete} unless some process uses the folder. */
    static synchronized void unlessUsed(Path folder, Deletion delete) throws IOException {
        if (holds(folder)) {
            return;
        }
        try (FileChannel channel = FileChannel.open(mark(folder), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock != null) {
                delete.run();
                Files.deleteIfExists(mark(folder));
            }
        }
    }

    /** This process uses nothing below the folder any more. */
    static synchronized void release(Path root) throws IOException {
        for (Path folder :
                HELD.keySet().stream().filter(one -> one.startsWith(root)).toList()) {
            FileChannel channel = HELD.remove(folder);
            if (channel != null) {
                channel.close();
            }
        }
    }

    /** Deletes a folder. */
    interface Deletion {
        void run() throws IOException;
    }

    private static Path mark(Path folder) {
        return folder.resolveSibling(PREFIX + folder.getFileName());
    }
}
