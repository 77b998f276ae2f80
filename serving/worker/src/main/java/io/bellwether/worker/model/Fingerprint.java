package io.bellwether.worker.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What tells the files of a model version from other files in their place: name, size, time of the last change and identity
 * of each, without their contents. Two equal ones are taken for the same model.
 */
public final class Fingerprint {
    private static final int FILES_MAX = 1_000;
    private static final int DEPTH_MAX = 4;
    private static final int TREE_FILES_MAX = 100_000;

    private final List<String> files;
    private volatile @Nullable String digest;

    /**
     * @param files one line for each file, in order of their names
     */
    public Fingerprint(List<String> files) {
        this.files = List.copyOf(files);
    }

    /** 64 hexadecimal digits that are the same for the same files. Computed once. */
    public String digest() {
        String known = digest;
        if (known == null) {
            known = sha256(files);
            digest = known;
        }
        return known;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Fingerprint print && files.equals(print.files);
    }

    @Override
    public int hashCode() {
        return files.hashCode();
    }

    /** The digest of some lines. */
    public static String sha256(List<String> lines) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of()
                    .formatHex(sha256.digest(String.join("\n", lines).getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /**
     * Looks at everything in the folder of a version and at the files beside it.
     *
     * @param versionFolder the folder that holds the program
     * @throws IOException when it cannot be read, for example because it is just being written
     */
    public static Fingerprint of(Path versionFolder) throws IOException {
        try (Stream<Path> own = Files.walk(versionFolder, DEPTH_MAX);
                Stream<Path> beside = Files.list(Objects.requireNonNull(versionFolder.getParent()))) {
            return of(Stream.concat(own.limit(FILES_MAX), beside.limit(FILES_MAX)));
        }
    }

    /**
     * Looks at everything in a repository, except what is unpacked in it. Much cheaper than reading it.
     *
     * @throws IOException when it cannot be read
     */
    public static Fingerprint ofRepository(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root, DEPTH_MAX)) {
            return of(all.filter(file -> !root.relativize(file).toString().startsWith("."))
                    .limit(TREE_FILES_MAX));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static Fingerprint of(Stream<Path> paths) throws IOException {
        List<String> lines = new ArrayList<>();
        for (Path file : paths.filter(Files::isRegularFile).sorted().toList()) {
            BasicFileAttributes seen = Files.readAttributes(file, BasicFileAttributes.class);
            lines.add(file + " " + seen.size() + " " + seen.lastModifiedTime() + " " + seen.fileKey());
        }
        return new Fingerprint(lines);
    }
}
