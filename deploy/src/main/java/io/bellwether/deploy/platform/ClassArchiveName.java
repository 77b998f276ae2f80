package io.bellwether.deploy.platform;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The names of the files about the class-data archive of one process, and what follows from those that are there. A name
 * holds the process, the JVM and a fingerprint of what the archive is made from, so one of another build is never taken;
 * that of an archive holds its size too, because JDK 17 crashes on one that was cut short.
 *
 * @param stem what all of these names begin with
 */
record ClassArchiveName(String stem) {
    private static final int FINGERPRINT_DIGITS = 12;
    private static final String ARCHIVE = ".jsa";
    private static final int AOT_LOG_SINCE = 24;

    /**
     * The name for a process.
     *
     * @param role which process
     * @param version of the JVM
     * @param ingredients everything that an archive depends on, in order: build of the JVM, flags, archives on the class
     *     path with size and time
     */
    static ClassArchiveName of(Role role, String version, List<String> ingredients) {
        return new ClassArchiveName(
                role.label() + "-" + version.replaceAll("[^A-Za-z0-9.+-]", "_") + "-" + fingerprint(ingredients));
    }

    /** Where the process writes which classes it loads. */
    String classList() {
        return stem + ".classes";
    }

    /** There when no archive can be made of this build with this JVM. */
    String refusal() {
        return stem + ".none";
    }

    /** An archive of that size. */
    String archive(long bytes) {
        return stem + "." + bytes + ARCHIVE;
    }

    /** The archive that can be used, of files with these sizes by name. */
    Optional<String> usable(Map<String, Long> files) {
        return files.entrySet().stream()
                .filter(file -> file.getKey().equals(archive(file.getValue())))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /**
     * The flags with which the process starts: those that use its archive, or else record what one is made from. A JVM
     * that cannot use the archive goes on without, and says nothing.
     *
     * @param folder of these files
     * @param files their sizes by name
     * @param feature version of the JDK
     */
    List<String> flags(String folder, Map<String, Long> files, int feature) {
        if (files.containsKey(refusal())) {
            return List.of();
        }
        // without the check of its sum, a JVM crashes on an archive with damage in it
        var flags = usable(files)
                .map(archive -> List.of("-XX:+VerifySharedSpaces", "-XX:SharedArchiveFile=" + folder + "/" + archive))
                .orElseGet(() -> List.of("-XX:DumpLoadedClassList=" + folder + "/" + classList()));
        return Stream.of(List.of("-XX:+IgnoreUnrecognizedVMOptions"), flags, silence(feature))
                .flatMap(List::stream)
                .toList();
    }

    /** Which files serve none of these names: of other builds, of other JVMs, cut short, left by a kill. */
    static List<String> obsolete(Map<String, Long> files, Collection<ClassArchiveName> names) {
        return files.keySet().stream()
                .filter(file -> names.stream()
                        .noneMatch(name -> file.equals(name.refusal())
                                || name.usable(files).filter(file::equals).isPresent()))
                .sorted()
                .toList();
    }

    private static List<String> silence(int feature) {
        var silence = new ArrayList<>(List.of("-Xlog:cds*=off", "-Xlog:class+path=off"));
        if (feature >= AOT_LOG_SINCE) {
            silence.add("-Xlog:aot*=off");
        }
        return silence;
    }

    private static String fingerprint(List<String> ingredients) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            for (var ingredient : ingredients) {
                digest.update(ingredient.getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0);
            }
            return HexFormat.of().formatHex(digest.digest()).substring(0, FINGERPRINT_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
