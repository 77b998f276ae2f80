package io.bellwether.worker.program;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import io.bellwether.worker.program.OnnxGraph.Tensor;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the frame of an ONNX file: that it is one, what the graph takes and gives, and where weights outside of it lie. Nodes
 * and weights are skipped without being read. The numbers are those of the fields in the public {@code onnx.proto}.
 */
final class OnnxFile {
    private static final int FIELDS_MAX = 20_000_000;
    private static final int TENSORS_MAX = 1024;
    private static final int INITIALIZERS_MAX = 200_000;
    private static final int TEXT_BYTES_MAX = 4096;
    private static final int DIMENSIONS_MAX = 64;
    private static final int IR_VERSION_MAX = 100;
    private static final String NO_MODEL =
            "is neither TorchScript nor ONNX; export the model with torch.jit.save or torch.onnx.export";
    private static final Set<Integer> MODEL_FIELDS = Set.of(1, 2, 3, 4, 5, 6, 7, 8, 14, 20, 25, 26);

    private final CodedInputStream in;
    private final long fileBytes;
    private final List<Tensor> inputs = new ArrayList<>();
    private final List<Tensor> outputs = new ArrayList<>();
    private final Set<String> initializers = new HashSet<>();
    private final Set<String> externalFiles = new LinkedHashSet<>();
    private int fields;

    private OnnxFile(CodedInputStream in, long fileBytes) {
        this.in = in;
        this.fileBytes = fileBytes;
    }

    /** Something that is wrong. Never leaves this class. */
    private static final class Unsound extends IOException {
        private static final long serialVersionUID = 1L;

        Unsound(String reason) {
            super(reason);
        }
    }

    static ProgramFile.Content read(Path file) {
        // A plain file stream, because it skips by seeking.
        try (FileInputStream stream = new FileInputStream(file.toFile())) {
            long bytes = Files.size(file);
            if (bytes >= Integer.MAX_VALUE) {
                return new ProgramFile.Refused("is larger than 2 GiB, more than an ONNX graph may be; keep the weights"
                        + " in a file beside it (save_as_external_data)");
            }
            OnnxGraph graph = new OnnxFile(CodedInputStream.newInstance(stream), bytes).model();
            return new ProgramFile.Onnx(graph);
        } catch (Unsound e) {
            return new ProgramFile.Refused(String.valueOf(e.getMessage()));
        } catch (InvalidProtocolBufferException e) {
            return new ProgramFile.Refused(NO_MODEL);
        } catch (IOException e) {
            return new ProgramFile.Refused("cannot be read; check that it is permitted");
        }
    }

    private OnnxGraph model() throws IOException {
        boolean graph = false;
        long irVersion = 0;
        for (int tag = tag(); tag != 0; tag = tag()) {
            int field = WireFormat.getTagFieldNumber(tag);
            if (!MODEL_FIELDS.contains(field) || (graph && field == 7)) {
                throw new Unsound(NO_MODEL);
            }
            if (field == 1 && isNumber(tag)) {
                irVersion = in.readInt64();
            } else if (field == 7 && isBytes(tag)) {
                graph = true;
                within(this::graphField);
            } else {
                skip(tag);
            }
        }
        if (irVersion < 1 || irVersion > IR_VERSION_MAX || !graph || outputs.isEmpty()) {
            throw new Unsound(NO_MODEL);
        }
        List<Tensor> callers = inputs.stream()
                .filter(input -> !initializers.contains(input.name()))
                .toList();
        return new OnnxGraph(callers, outputs, List.copyOf(externalFiles));
    }

    private void graphField(int tag) throws IOException {
        switch (isBytes(tag) ? WireFormat.getTagFieldNumber(tag) : 0) {
            case 5 -> {
                Weights weights = new Weights();
                within(weights::field);
                if (initializers.add(weights.name) && initializers.size() > INITIALIZERS_MAX) {
                    throw new Unsound("has more than " + INITIALIZERS_MAX + " weights");
                }
            }
            case 11 -> inputs.add(tensor());
            case 12 -> outputs.add(tensor());
            default -> skip(tag);
        }
        if (inputs.size() > TENSORS_MAX + INITIALIZERS_MAX || outputs.size() > TENSORS_MAX) {
            throw new Unsound("has more inputs or outputs than are read");
        }
    }

    private Tensor tensor() throws IOException {
        Declared declared = new Declared();
        within(declared::field);
        return new Tensor(
                declared.name,
                datatype(declared.type),
                declared.shaped ? Optional.of(declared.dims) : Optional.empty());
    }

    /** A declared input or output, as it is read. */
    private final class Declared {
        private final List<Long> dims = new ArrayList<>();
        private String name = "";
        private int type;
        private boolean shaped;
        private long dim;

        void field(int tag) throws IOException {
            switch (isBytes(tag) ? WireFormat.getTagFieldNumber(tag) : 0) {
                case 1 -> name = text();
                case 2 -> within(this::typeField);
                default -> skip(tag);
            }
        }

        private void typeField(int tag) throws IOException {
            if (isBytes(tag) && WireFormat.getTagFieldNumber(tag) == 1) {
                within(this::tensorField);
            } else {
                skip(tag);
            }
        }

        private void tensorField(int tag) throws IOException {
            int field = WireFormat.getTagFieldNumber(tag);
            if (field == 1 && isNumber(tag)) {
                type = in.readInt32();
            } else if (field == 2 && isBytes(tag)) {
                shaped = true;
                within(this::shapeField);
            } else {
                skip(tag);
            }
        }

        private void shapeField(int tag) throws IOException {
            if (!isBytes(tag) || WireFormat.getTagFieldNumber(tag) != 1) {
                skip(tag);
                return;
            }
            dim = OnnxGraph.OPEN;
            within(this::dimensionField);
            dims.add(dim);
            if (dims.size() > DIMENSIONS_MAX) {
                throw new Unsound("has a tensor of more than " + DIMENSIONS_MAX + " dimensions");
            }
        }

        private void dimensionField(int tag) throws IOException {
            if (isNumber(tag) && WireFormat.getTagFieldNumber(tag) == 1) {
                long size = in.readInt64();
                // Exporters write 0 or -1 for a dimension that they do not know.
                dim = size > 0 ? size : OnnxGraph.OPEN;
            } else {
                skip(tag);
            }
        }
    }

    /** The name and place of weights, as they are read. */
    private final class Weights {
        private String name = "";
        private String key = "";
        private String value = "";

        void field(int tag) throws IOException {
            switch (isBytes(tag) ? WireFormat.getTagFieldNumber(tag) : 0) {
                case 8 -> name = text();
                case 13 -> {
                    key = "";
                    value = "";
                    within(this::placeField);
                    if (key.equals("location")) {
                        externalFiles.add(value);
                    }
                    if (externalFiles.size() > TENSORS_MAX) {
                        throw new Unsound("keeps its weights in more than " + TENSORS_MAX + " files");
                    }
                }
                default -> skip(tag);
            }
        }

        private void placeField(int tag) throws IOException {
            switch (isBytes(tag) ? WireFormat.getTagFieldNumber(tag) : 0) {
                case 1 -> key = text();
                case 2 -> value = text();
                default -> skip(tag);
            }
        }
    }

    /** Takes one field whose tag was read. */
    private interface FieldReader {
        void read(int tag) throws IOException;
    }

    private void within(FieldReader reader) throws IOException {
        int outer = in.pushLimit(length());
        for (int tag = tag(); tag != 0; tag = tag()) {
            reader.read(tag);
        }
        in.popLimit(outer);
    }

    private int tag() throws IOException {
        if (++fields > FIELDS_MAX) {
            throw new Unsound("has more than " + FIELDS_MAX + " parts");
        }
        return in.readTag();
    }

    private void skip(int tag) throws IOException {
        switch (WireFormat.getTagWireType(tag)) {
            case WireFormat.WIRETYPE_LENGTH_DELIMITED -> in.skipRawBytes(length());
            case WireFormat.WIRETYPE_VARINT, WireFormat.WIRETYPE_FIXED32, WireFormat.WIRETYPE_FIXED64 ->
                in.skipField(tag);
            default -> throw new Unsound(NO_MODEL);
        }
    }

    /** Compared with the file, because a stream that seeks does not notice its end. */
    private int length() throws IOException {
        int length = in.readRawVarint32();
        if (length < 0 || length > fileBytes - in.getTotalBytesRead()) {
            throw new Unsound("is cut off or no ONNX graph; copy or export it again");
        }
        return length;
    }

    private String text() throws IOException {
        int length = length();
        if (length > TEXT_BYTES_MAX) {
            throw new Unsound("has a name of more than " + TEXT_BYTES_MAX + " bytes");
        }
        return new String(in.readRawBytes(length), StandardCharsets.UTF_8);
    }

    private static boolean isBytes(int tag) {
        return WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
    }

    private static boolean isNumber(int tag) {
        return WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_VARINT;
    }

    private static String datatype(int type) {
        return switch (type) {
            case 1 -> "FP32";
            case 2 -> "UINT8";
            case 3 -> "INT8";
            case 4 -> "UINT16";
            case 5 -> "INT16";
            case 6 -> "INT32";
            case 7 -> "INT64";
            case 8 -> "BYTES";
            case 9 -> "BOOL";
            case 10 -> "FP16";
            case 11 -> "FP64";
            case 12 -> "UINT32";
            case 13 -> "UINT64";
            case 16 -> "BF16";
            default -> "ONNX type " + type;
        };
    }
}
