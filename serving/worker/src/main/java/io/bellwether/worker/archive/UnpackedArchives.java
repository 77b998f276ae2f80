package io.bellwether.worker.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The folder where archives are unpacked, each to {@code <name>-<digest of its bytes>}. A folder of that name is whole: it is
 * filled under another name and moved when nothing is missing. Processes that share the folder take turns. Safe for use by
 * several threads.
 */
public final class UnpackedArchives {
    private static final List<String> ZIP = List.of(".zip");
    private static final List<String> TAR = List.of(".tar.gz", ".tgz");
    private static final List<String> FOREIGN = List.of(
            ".tar",
            ".tar.bz2",
            ".tbz2",
            ".tar.xz",
            ".txz",
            ".tar.zst",
            ".gz",
            ".bz2",
            ".xz",
            ".zst",
            ".7z",
            ".rar",
            ".mar");

    private static final Pattern OURS = Pattern.compile("[A-Za-z0-9._-]{1,200}-[0-9a-f]{32}");
    private static final String UNFINISHED = ".unfinished-";
    private static final int DIGEST_CHARACTERS = 32;
    private static final int DIGESTS_MAX = 1024;
    /** A lock on a file is between processes only. */
    private static final Object PROCESS = new Object();

    private final Path root;
    private final ArchiveLimits limits;
    /** Digests of archives that have not changed since, so that a look at a repository need not read them again. */
    private final Map<Path, Known> digests = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Path, Known> eldest) {
            return size() > DIGESTS_MAX;
        }
    };

    /**
     * @param root the folder; it is made when the first archive is unpacked
     */
    public UnpackedArchives(Path root, ArchiveLimits limits) {
        this.root = root;
        this.limits = limits;
    }

    /** What came of an archive. */
    public sealed interface Outcome {}

    /** A folder with all that the archive holds. */
    public record Unpacked(Path folder) implements Outcome {}

    /**
     * An archive that is not unpacked.
     *
     * @param reason what is wrong, to follow the name of the archive
     */
    public record Refused(String reason) implements Outcome {}

    private record Known(long bytes, FileTime changed, String digest) {}

    /** The name without the ending of an archive; empty when it has none. */
    public static Optional<String> nameOf(String fileName) {
        return Stream.concat(ZIP.stream(), TAR.stream())
                .filter(fileName::endsWith)
                .map(ending -> fileName.substring(0, fileName.length() - ending.length()))
                .filter(name -> !name.isEmpty())
                .findFirst();
    }

    /** Whether the name is that of an archive of a kind that is not unpacked here. */
    public static boolean isForeign(String fileName) {
        return nameOf(fileName).isEmpty() && FOREIGN.stream().anyMatch(fileName::endsWith);
    }

    /**
     * Unpacks an archive that is not yet. The folder is not deleted while this process runs.
     *
     * @param name the beginning of the folder's name: letters, digits, dot, underscore, hyphen
     * @throws IOException when the archive cannot be read or the folder not be written
     */
    public Outcome unpack(String name, Path archive) throws IOException {
        synchronized (PROCESS) {
            return unpackInTurn(name, archive);
        }
    }

    /** Deletes the folder with all that was unpacked. */
    public void remove() throws IOException {
        synchronized (PROCESS) {
            FolderClaims.release(root);
            FolderTree.delete(root);
        }
    }

    /**
     * Deletes what earlier processes unpacked and no running one uses. Only folders whose names are of our making are touched.
     *
     * @return how many were deleted
     * @throws IOException when the folder cannot be written
     */
    public int removeUnused() throws IOException {
        synchronized (PROCESS) {
            List<Path> candidates = candidates();
            return candidates.isEmpty()
                    ? 0
                    : inTurn(() -> {
                        int deleted = 0;
                        for (Path folder : candidates) {
                            FolderClaims.unlessUsed(folder, () -> FolderTree.delete(folder));
                            deleted += Files.exists(folder) ? 0 : 1;
                        }
                        return deleted;
                    });
        }
    }

    /** Folders that this process does not use. */
    private List<Path> candidates() throws IOException {
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        try (Stream<Path> children = Files.list(root)) {
            return children.filter(child ->
                            OURS.matcher(child.getFileName().toString()).matches())
                    .filter(child -> Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS))
                    .filter(child -> !FolderClaims.holds(child))
                    .toList();
        }
    }

    private Outcome unpackInTurn(String name, Path archive) throws IOException {
        String digest = digest(archive);
        Path target = root.resolve(name + "-" + digest);
        boolean exists = Files.isDirectory(target);
        if (exists && FolderClaims.holds(target)) {
            return new Unpacked(target);
        }
        try {
            return inTurn(() -> claimed(archive, digest, target));
        } catch (IOException e) {
            if (exists) {
                // Prepared where this process may not write: nobody who may not either will delete it.
                return new Unpacked(target);
            }
            throw e;
        }
    }

    private Outcome claimed(Path archive, String digest, Path target) throws IOException {
        Outcome outcome;
        if (Files.isDirectory(target)) {
            outcome = new Unpacked(target);
        } else {
            deleteUnfinished();
            outcome = unpack(archive, digest, target);
        }
        if (outcome instanceof Unpacked && !FolderClaims.holds(target)) {
            FolderClaims.claim(target);
        }
        return outcome;
    }

    /** Something that one process does at a time. */
    private interface Turn<T> {
        T take() throws IOException;
    }

    private <T> T inTurn(Turn<T> turn) throws IOException {
        Files.createDirectories(root);
        try (FileChannel channel =
                        FileChannel.open(root.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            Objects.requireNonNull(lock);
            return turn.take();
        }
    }

    private Outcome unpack(Path archive, String digest, Path target) throws IOException {
        Path unfinished = Files.createTempDirectory(root, UNFINISHED);
        try {
            Extraction into = new Extraction(unfinished, limits);
            boolean zip = ZIP.stream().anyMatch(archive.toString()::endsWith);
            Optional<String> refusal =
                    zip ? ZipContent.extract(archive, limits, into) : TarContent.extract(archive, limits, into);
            if (refusal.isEmpty() && !digest(archive).equals(digest)) {
                refusal = Optional.of("changed while it was unpacked");
            }
            if (refusal.isPresent()) {
                return new Refused(refusal.get());
            }
            Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
            return new Unpacked(target);
        } finally {
            FolderTree.delete(unfinished);
        }
    }

    private String digest(Path archive) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(archive, BasicFileAttributes.class);
        Known known = digests.get(archive);
        if (known != null
                && known.bytes() == attributes.size()
                && known.changed().equals(attributes.lastModifiedTime())) {
            return known.digest();
        }
        String digest = sha256(archive).substring(0, DIGEST_CHARACTERS);
        digests.put(archive, new Known(attributes.size(), attributes.lastModifiedTime(), digest));
        return digest;
    }

    private static String sha256(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[64 * 1024];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Those of processes that ended meanwhile; the lock says that no other is at work. */
    private void deleteUnfinished() throws IOException {
        try (Stream<Path> children = Files.list(root)) {
            for (Path child : children.toList()) {
                if (child.getFileName().toString().startsWith(UNFINISHED)) {
                    FolderTree.delete(child);
                }
            }
        }
    }
}
