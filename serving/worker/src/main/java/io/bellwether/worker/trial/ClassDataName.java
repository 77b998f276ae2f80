package io.bellwether.worker.trial;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The names of the files about a class-data archive. They hold the JVM and a fingerprint of what the archive is made from, so
 * one of another build is never taken; that of an archive holds its size too, because JDK 17 crashes on one that was cut short.
 *
 * @param stem what all of these names begin with
 */
record ClassDataName(String stem) {
    /** Ends the name of what is being made. */
    static final String UNFINISHED = ".part";

    private static final String ARCHIVE = ".jsa";
    private static final int FINGERPRINT_DIGITS = 12;
    private static final int AOT_LOG_SINCE = 24;

    /** A file of the folder. */
    record Found(String name, long bytes) {}

    /**
     * The name for a JVM and what an archive is made from.
     *
     * @param ingredients everything that the archive depends on, in order
     */
    static ClassDataName of(Runtime.Version version, List<String> ingredients) {
        return new ClassDataName(
                "trial-" + version.toString().replaceAll("[^A-Za-z0-9.+-]", "_") + "-" + fingerprint(ingredients));
    }

    /** Where a process writes which classes it loads. */
    String list() {
        return stem + ".classes";
    }

    /** An archive of that size. */
    String archive(long bytes) {
        return stem + "." + bytes + ARCHIVE;
    }

    /** The archive that can be used. */
    Optional<String> usable(List<Found> files) {
        return files.stream()
                .filter(file -> file.name().equals(archive(file.bytes())))
                .map(Found::name)
                .findFirst();
    }

    /** Whether a process has written which classes it loads. */
    boolean isListed(List<Found> files) {
        return files.stream().anyMatch(file -> file.name().equals(list()) && file.bytes() > 0);
    }

    /** What is of other builds, cut short, or left by a process that was ended. */
    List<String> obsolete(List<Found> files) {
        Optional<String> usable = usable(files);
        return files.stream()
                .map(Found::name)
                .filter(file -> !file.equals(list()) && !usable.equals(Optional.of(file)))
                .sorted()
                .toList();
    }

    /**
     * The flags with which a process starts: those that use the archive, or else record what one is made from.
     *
     * @param recorded whether there is to be an archive
     * @param feature version of the JDK
     */
    List<String> flags(Path folder, List<Found> files, boolean recorded, int feature) {
        Optional<String> archive = usable(files);
        if (archive.isEmpty() && !recorded) {
            return List.of();
        }
        List<String> flags = new ArrayList<>(List.of("-XX:+IgnoreUnrecognizedVMOptions"));
        if (archive.isPresent()) {
            // without the check of its sum, a JVM crashes on an archive with damage in it
            flags.addAll(List.of("-XX:+VerifySharedSpaces", "-XX:SharedArchiveFile=" + folder.resolve(archive.get())));
        } else {
            flags.add("-XX:DumpLoadedClassList=" + folder.resolve(list()));
        }
        flags.addAll(List.of("-Xlog:cds*=off", "-Xlog:class+path=off"));
        if (feature >= AOT_LOG_SINCE) {
            flags.add("-Xlog:aot*=off");
        }
        return flags;
    }

    private static String fingerprint(List<String> ingredients) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String ingredient : ingredients) {
                digest.update(ingredient.getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0);
            }
            return HexFormat.of().formatHex(digest.digest()).substring(0, FINGERPRINT_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
