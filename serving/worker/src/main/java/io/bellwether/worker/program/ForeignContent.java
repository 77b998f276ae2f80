package io.bellwether.worker.program;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;

/** Files that people take for programs, by their first bytes. */
final class ForeignContent {
    /** How to make a program of a PyTorch module. */
    static final String EXPORT_TORCH =
            "load it where it was made and export it with torch.jit.save(torch.jit.script(module), \"model.pt\") or"
                    + " torch.onnx.export";

    private static final String EXPORT_ONNX = "convert it to ONNX where it was made";
    private static final String EXPORT_KERAS = "convert it to ONNX with tf2onnx where it was made";
    private static final String PICKLE_RISK = ", which runs code when it is opened; ";
    /** How torch.save marked its files before they were zips. */
    private static final String TORCH_MAGIC = "\u008a\nl\u00fc\u009cF\u00f9 j\u00a8P\u0019.";
    /** The first opcodes of pickles that have no header. */
    private static final Pattern OLD_PICKLE =
            Pattern.compile("^(?:c[A-Za-z_][\\w.]{0,100}\\n[A-Za-z_]\\w{0,100}\\n|\\([dlt]p\\d{1,4}\\n|[\\]})]q\\x00)");

    private static final Pattern NUMPY_OBJECTS = Pattern.compile("'descr':\\s*'?\\|O|\\('[^']{0,100}', '\\|O");
    private static final int INFLATED_BYTES = 256;
    private static final int TAR_MAGIC_AT = 257;
    private static final int LENGTH_BYTES = 8;

    private ForeignContent() {}

    /** What the file is and what to do; empty when it is nothing known. */
    static Optional<String> recognise(Head head, long fileBytes) {
        if (head.size() == 0) {
            return Optional.of("is empty; copy it again");
        }
        return pickle(head)
                .or(() -> packed(head))
                .or(() -> array(head))
                .or(() -> weights(head, fileBytes))
                .or(() -> otherModel(head))
                .or(() -> noModel(head));
    }

    private static Optional<String> pickle(Head head) {
        boolean headed = isHeadedPickle(head);
        if (!headed && !OLD_PICKLE.matcher(head.text()).find()) {
            return Optional.empty();
        }
        if (head.startsWith(TORCH_MAGIC, 2)) {
            return Optional.of("is a file of torch.save in its old form, a pickle" + PICKLE_RISK + EXPORT_TORCH);
        }
        if (head.contains("joblib") || head.contains("sklearn")) {
            return Optional.of("is a pickle of joblib or scikit-learn" + PICKLE_RISK
                    + "convert it to ONNX with skl2onnx where it was made");
        }
        return Optional.of("is a Python pickle" + PICKLE_RISK + EXPORT_TORCH);
    }

    private static boolean isHeadedPickle(Head head) {
        return head.at(0) == 0x80 && head.at(1) >= 2 && head.at(1) <= 5;
    }

    /** Compressed files: pickles above all. */
    private static Optional<String> packed(Head head) {
        boolean gzip = head.at(0) == 0x1f && head.at(1) == 0x8b;
        boolean zlib = head.at(0) == 0x78 && (head.at(0) << 8 | head.at(1)) % 31 == 0;
        if (gzip || zlib) {
            Head inside = inflated(head, gzip);
            if (pickle(inside).isPresent()) {
                return Optional.of("is a compressed pickle, as joblib writes it" + PICKLE_RISK
                        + "convert it to ONNX with skl2onnx where it was made");
            }
            return Optional.of("is compressed; unpack it, or name an archive *.tar.gz");
        }
        boolean other = head.startsWith("BZh") || head.startsWith("\u00fd7zXZ") || head.startsWith("\u0004\"M\u0018");
        return other ? Optional.of("is compressed; unpack it") : Optional.empty();
    }

    private static Head inflated(Head head, boolean gzip) {
        try (InputStream in = gzip ? new GZIPInputStream(head.stream()) : new InflaterInputStream(head.stream())) {
            return new Head(in.readNBytes(INFLATED_BYTES));
        } catch (IOException e) {
            return new Head(new byte[0]);
        }
    }

    private static Optional<String> array(Head head) {
        if (!head.startsWith("\u0093NUMPY")) {
            return Optional.empty();
        }
        return Optional.of(
                NUMPY_OBJECTS.matcher(head.text()).find()
                        ? "is a numpy array of objects, a pickle" + PICKLE_RISK + EXPORT_ONNX
                        : "is a numpy array and no program; " + EXPORT_ONNX);
    }

    private static Optional<String> weights(Head head, long fileBytes) {
        if (head.startsWith("\u0089HDF\r\n")) {
            return Optional.of("is HDF5, as Keras writes it; " + EXPORT_KERAS);
        }
        long length = 0;
        for (int i = LENGTH_BYTES - 1; i >= 0; i--) {
            length = length << 8 | Math.max(0, head.at(i));
        }
        if (head.at(LENGTH_BYTES) == '{' && length > 0 && length <= fileBytes - LENGTH_BYTES) {
            return Optional.of("holds weights only (safetensors) and no program; " + EXPORT_TORCH);
        }
        if (head.startsWith("GGUF")) {
            return Optional.of("is GGUF, which is not offered; " + EXPORT_ONNX);
        }
        return Optional.empty();
    }

    private static Optional<String> otherModel(Head head) {
        if (head.at(0) == 0xac && head.at(1) == 0xed) {
            return Optional.of("is a serialized Java object" + PICKLE_RISK + EXPORT_ONNX);
        }
        if (head.startsWith("TFL3", 4)) {
            return Optional.of("is TensorFlow Lite, which is not offered; " + EXPORT_KERAS);
        }
        if (head.startsWith("ustar", TAR_MAGIC_AT)) {
            return Optional.of("is a tar; unpack it, or pack it as *.tar.gz");
        }
        return Optional.empty();
    }

    private static Optional<String> noModel(Head head) {
        if (head.startsWith("version https://git-lfs")) {
            return Optional.of("is a pointer of Git LFS and not the file itself; run git lfs pull");
        }
        String start = head.text().substring(0, Math.min(head.size(), 64)).strip();
        if (start.startsWith("<")) {
            return Optional.of("is HTML or XML, perhaps the error page of a download; fetch the model again");
        }
        if (start.startsWith("{") || start.startsWith("#") || start.startsWith("import ")) {
            return Optional.of("is text and no program; " + EXPORT_TORCH);
        }
        return Optional.empty();
    }
}
