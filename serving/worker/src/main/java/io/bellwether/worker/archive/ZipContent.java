package io.bellwether.worker.archive;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** Unpacks a zip whose directory was found sound. */
final class ZipContent {
    private static final int FOLDER = 0040000;
    private static final int FILE = 0100000;

    private ZipContent() {}

    /** Returns why it is refused, if it is; then a part of it may have been written. */
    static Optional<String> extract(Path archive, ArchiveLimits limits, Extraction into) throws IOException {
        ZipDirectory.Outcome outcome = ZipDirectory.read(archive, limits);
        if (outcome instanceof ZipDirectory.Refused refused) {
            return Optional.of(refused.reason());
        }
        for (ZipDirectory.Entry entry : ((ZipDirectory.Sound) outcome).entries()) {
            int expected = entry.name().endsWith("/") ? FOLDER : FILE;
            if (entry.unixType() != 0 && entry.unixType() != expected) {
                return Optional.of("holds a link, a device or something else that is no plain file");
            }
        }
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                Optional<String> refusal = extract(zip, entry, into);
                if (refusal.isPresent()) {
                    return refusal;
                }
            }
            return Optional.empty();
        } catch (ZipException | EOFException e) {
            return Optional.of("is a zip with damaged content");
        }
    }

    private static Optional<String> extract(ZipFile zip, ZipEntry entry, Extraction into) throws IOException {
        String name = entry.getName();
        if (name.endsWith("/")) {
            return into.folder(name.substring(0, name.length() - 1));
        }
        try (CheckedInputStream in = new CheckedInputStream(zip.getInputStream(entry), new CRC32())) {
            Optional<String> refusal = into.file(name, in, entry.getSize());
            if (refusal.isPresent()) {
                return refusal;
            }
            boolean whole = in.read() < 0 && in.getChecksum().getValue() == entry.getCrc();
            return whole ? Optional.empty() : Optional.of("is a zip with damaged content");
        }
    }
}
