package io.bellwether.deploy.pretrained;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The initialisers of an ONNX file: named tensors, as raw little-endian bytes. The file is mapped and never copied to the
 * heap. Field numbers are those of the ONNX specification, {@code onnx.proto}.
 */
final class OnnxWeights {
    private static final int MODEL_GRAPH = 7;
    private static final int GRAPH_INITIALIZER = 5;
    private static final int TENSOR_NAME = 8;
    private static final int TENSOR_RAW_DATA = 9;

    private final ByteBuffer file;
    private final Map<String, Range> ranges = new HashMap<>();

    /** Where the bytes of a tensor lie. */
    private record Range(int from, int bytes) {}

    private OnnxWeights(ByteBuffer file) {
        this.file = file;
    }

    /**
     * Finds the initialisers of a file.
     *
     * @throws IOException when the file cannot be read or is no ONNX file
     */
    static OnnxWeights of(Path onnx) throws IOException {
        try (FileChannel channel = FileChannel.open(onnx)) {
            OnnxWeights weights = new OnnxWeights(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()));
            weights.readModel(CodedInputStream.newInstance(weights.file.duplicate()));
            return weights;
        }
    }

    /** The bytes of a tensor; empty when there is none of that name. */
    Optional<ByteBuffer> raw(String name) {
        return Optional.ofNullable(ranges.get(name)).map(range -> file.slice(range.from(), range.bytes()));
    }

    private void readModel(CodedInputStream in) throws IOException {
        int end = file.limit();
        while (in.getTotalBytesRead() < end) {
            int tag = in.readTag();
            if (isMessage(tag, MODEL_GRAPH)) {
                readGraph(in, endOfMessage(in));
            } else {
                in.skipField(tag);
            }
        }
    }

    private void readGraph(CodedInputStream in, int end) throws IOException {
        while (in.getTotalBytesRead() < end) {
            int tag = in.readTag();
            if (isMessage(tag, GRAPH_INITIALIZER)) {
                readTensor(in, endOfMessage(in));
            } else {
                in.skipField(tag);
            }
        }
    }

    private void readTensor(CodedInputStream in, int end) throws IOException {
        String name = "";
        Range range = new Range(0, 0);
        while (in.getTotalBytesRead() < end) {
            int tag = in.readTag();
            if (isMessage(tag, TENSOR_NAME)) {
                name = in.readString();
            } else if (isMessage(tag, TENSOR_RAW_DATA)) {
                int bytes = in.readUInt32();
                range = new Range(in.getTotalBytesRead(), bytes);
                in.skipRawBytes(bytes);
            } else {
                in.skipField(tag);
            }
        }
        ranges.put(name, range);
    }

    private static boolean isMessage(int tag, int field) {
        return WireFormat.getTagFieldNumber(tag) == field
                && WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
    }

    private static int endOfMessage(CodedInputStream in) throws IOException {
        int bytes = in.readUInt32();
        return in.getTotalBytesRead() + bytes;
    }
}
