package io.bellwether.worker.program;

import io.bellwether.worker.archive.ArchiveLimits;
import io.bellwether.worker.archive.ZipDirectory;
import io.bellwether.worker.archive.ZipDirectory.Entry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Looks into a zip that should be a TorchScript program. The native loader trusts what the directory of the zip says of sizes
 * and places, so that is checked before.
 */
final class TorchScriptZip {
    /** Weights may be large and many; the ratio is that of archives. */
    private static final ArchiveLimits LIMITS = new ArchiveLimits(100_000, 64L << 30, 200, Integer.MAX_VALUE);

    private TorchScriptZip() {}

    static ProgramFile.Content read(Path file) throws IOException {
        ZipDirectory.Outcome outcome = ZipDirectory.read(file, LIMITS);
        if (outcome instanceof ZipDirectory.Refused refused) {
            return new ProgramFile.Refused(refused.reason() + "; write it again with torch.jit.save");
        }
        List<Entry> entries = ((ZipDirectory.Sound) outcome).entries();
        Set<String> names = entries.stream().map(Entry::name).collect(Collectors.toSet());
        String top = top(entries);
        if (names.contains(top + "data.pkl")) {
            return torch(names, top);
        }
        return new ProgramFile.Refused(other(names));
    }

    /** The folder that holds all entries of a file of PyTorch, with its slash. */
    private static String top(List<Entry> entries) {
        return entries.stream()
                .map(Entry::name)
                .map(name -> name.substring(0, name.indexOf('/') + 1))
                .findFirst()
                .orElse("");
    }

    private static ProgramFile.Content torch(Set<String> names, String top) {
        boolean code = names.stream().anyMatch(name -> name.startsWith(top + "code/"));
        if (!code) {
            return new ProgramFile.Refused(
                    "is a file of torch.save, a pickle of weights or of a module without its code; "
                            + ForeignContent.EXPORT_TORCH);
        }
        if (!names.contains(top + "constants.pkl")) {
            return new ProgramFile.Refused(
                    "is a TorchScript program without its constants; write it again with torch.jit.save");
        }
        return new ProgramFile.TorchScript();
    }

    private static String other(Set<String> names) {
        if (names.contains("META-INF/MANIFEST.MF")) {
            return "is a Java archive and no program; export the model as TorchScript or ONNX";
        }
        if (names.contains("MAR-INF/MANIFEST.json")) {
            return "is an archive of TorchServe; take the TorchScript file out of it and use that";
        }
        if (names.contains("model.weights.h5") || (names.contains("config.json") && names.contains("metadata.json"))) {
            return "is a model of Keras; convert it to ONNX with tf2onnx where it was made";
        }
        if (names.stream().anyMatch(name -> name.endsWith(".npy"))) {
            return "holds numpy arrays and no program; export the model as TorchScript or ONNX";
        }
        if (names.stream().anyMatch(name -> name.endsWith("archive_format") || name.contains("exported_program"))) {
            return "is a program of torch.export, which is not offered; " + ForeignContent.EXPORT_TORCH;
        }
        return "is a zip without a TorchScript program; unpack it, or " + ForeignContent.EXPORT_TORCH;
    }
}
