package io.bellwether.worker.archive;

/**
 * How much an archive may hold.
 *
 * @param entriesMax most files and folders
 * @param bytesMax most bytes of all files together
 * @param ratioMax most bytes that one compressed byte may become
 * @param depthMax most folders above a file
 */
public record ArchiveLimits(int entriesMax, long bytesMax, int ratioMax, int depthMax) {
    /** The limits of a model archive: 10,000 entries, 8 GiB, 200 bytes from one, 8 folders deep. */
    public static final ArchiveLimits DEFAULT = new ArchiveLimits(10_000, 8L << 30, 200, 8);

    /** What the ratio does not count: so many bytes may come of anything. */
    static final long FREE_BYTES = 1 << 20;

    /** Most bytes that {@code compressed} bytes may become. */
    long bytesMaxOf(long compressed) {
        return compressed > bytesMax / ratioMax ? bytesMax : Math.min(bytesMax, compressed * ratioMax + FREE_BYTES);
    }
}
