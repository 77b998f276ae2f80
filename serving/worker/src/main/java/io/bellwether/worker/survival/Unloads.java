package io.bellwether.worker.survival;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which models were unloaded by request, and what their files were then: a model stays unloaded, in the next process too,
 * until they change. Safe for several threads.
 */
public final class Unloads {
    private static final Logger LOG = LoggerFactory.getLogger(Unloads.class);
    private static final String FILE = "unloaded";
    private static final int MODELS_MAX = 1_024;
    private static final long BYTES_MAX = 256 * 1024;
    private static final Pattern LINE = Pattern.compile("[A-Za-z0-9._-]{1,128}\t[0-9a-f]{64}");

    private final @Nullable Path file;
    /** Digests of the files by model. */
    private final Map<String, String> digests;

    private Unloads(@Nullable Path file, Map<String, String> digests) {
        this.file = file;
        this.digests = digests;
    }

    /** Forgotten when the process ends. */
    static Unloads forgetful() {
        return new Unloads(null, new TreeMap<>());
    }

    /**
     * Reads what the process before left in the folder. A file that is not as this class writes it counts for nothing.
     *
     * @throws IOException when the file is there and cannot be read
     */
    static Unloads open(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        Map<String, String> digests = new TreeMap<>();
        if (Files.isRegularFile(file)) {
            List<String> lines = Files.size(file) > BYTES_MAX ? List.of("too large") : Files.readAllLines(file);
            if (lines.size() <= MODELS_MAX
                    && lines.stream().allMatch(line -> LINE.matcher(line).matches())) {
                lines.forEach(line ->
                        digests.put(line.substring(0, line.indexOf('\t')), line.substring(line.indexOf('\t') + 1)));
            } else {
                LOG.warn("the list of unloaded models is damaged; models that were unloaded by request are loaded");
            }
        }
        return new Unloads(file, digests);
    }

    /** Whether the model was unloaded by request when its files had this digest. */
    public synchronized boolean holds(String model, String digest) {
        return digest.equals(digests.get(model));
    }

    /** The model with these files is to stay unloaded. */
    public synchronized void add(String model, String digest) {
        boolean room = digests.size() < MODELS_MAX || digests.containsKey(model);
        if (room && !digest.equals(digests.put(model, digest))) {
            write();
        }
    }

    /** No other models are there any more. */
    public synchronized void keepOnly(Set<String> models) {
        if (digests.keySet().retainAll(models)) {
            write();
        }
    }

    /** The model may be loaded again. */
    public synchronized void remove(String model) {
        if (digests.remove(model) != null) {
            write();
        }
    }

    private void write() {
        Path kept = file;
        if (kept == null) {
            return;
        }
        List<String> lines = digests.entrySet().stream()
                .map(entry -> entry.getKey() + "\t" + entry.getValue())
                .toList();
        try {
            Path next = Files.write(kept.resolveSibling(FILE + ".next"), lines);
            Files.move(next, kept, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.warn("unloaded models could not be written down; the next process may load them", e);
        }
    }
}
