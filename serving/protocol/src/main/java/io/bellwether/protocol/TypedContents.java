package io.bellwether.protocol;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.bellwether.protocol.oip.InferTensorContents;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Brings the typed contents of a gRPC input into raw form. Each datatype has one field in {@link InferTensorContents};
 * the small integers share a wider one and must be in their own range.
 */
final class TypedContents {
    private TypedContents() {}

    /** The raw bytes of typed contents; nothing is allocated before the count is known to be right. */
    static Decoded<ByteString> toRaw(TensorHead head, InferTensorContents contents, ProtocolLimits limits) {
        if (head.type().rawOnly()) {
            return head.rawOnly("typed contents").as();
        }
        long count = count(head.type(), contents);
        if (count != allCounts(contents)) {
            return Refusal.invalid(head.label() + " has datatype " + head.type()
                            + ", but its contents are in another field than " + field(head.type()))
                    .as();
        }
        if (count != head.elements()) {
            return head.wrongCount(count).as();
        }
        if (head.type() == DataType.BYTES) {
            return bytes(head, contents.getBytesContentsList(), limits);
        }
        return fixedWidth(head, contents);
    }

    private static Decoded<ByteString> fixedWidth(TensorHead head, InferTensorContents contents) {
        byte[] raw = new byte[Math.toIntExact(head.bytesMin())];
        ByteBuffer buffer = ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN);
        int count = Math.toIntExact(head.elements());
        for (int i = 0; i < count; i++) {
            if (!put(head.type(), contents, i, buffer)) {
                return Refusal.invalid(head.label() + " has a value in element " + i + " that is out of range for "
                                + head.type())
                        .as();
            }
        }
        return Decoded.valid(UnsafeByteOperations.unsafeWrap(raw));
    }

    private static boolean put(DataType type, InferTensorContents contents, int i, ByteBuffer buffer) {
        switch (type) {
            case BOOL -> buffer.put((byte) (contents.getBoolContents(i) ? 1 : 0));
            case INT8, INT16, INT32 -> {
                return IntegerRange.put(type, contents.getIntContents(i), buffer);
            }
            case UINT8, UINT16, UINT32 -> {
                return IntegerRange.put(type, Integer.toUnsignedLong(contents.getUintContents(i)), buffer);
            }
            case INT64 -> buffer.putLong(contents.getInt64Contents(i));
            case UINT64 -> buffer.putLong(contents.getUint64Contents(i));
            case FP32 -> buffer.putFloat(contents.getFp32Contents(i));
            case FP64 -> buffer.putDouble(contents.getFp64Contents(i));
            case FP16, BF16, BYTES ->
                throw new IllegalArgumentException(type + " has no typed contents of fixed width");
        }
        return true;
    }

    private static Decoded<ByteString> bytes(TensorHead head, List<ByteString> elements, ProtocolLimits limits) {
        long size = head.bytesMin();
        for (int i = 0; i < elements.size(); i++) {
            int length = elements.get(i).size();
            if (length > limits.bytesElementMax()) {
                return BytesElements.tooLong(head, i, length, limits).as();
            }
            size += length;
        }
        if (size > limits.bodyBytesMax()) {
            return Refusal.tooLarge(
                            head.label() + " has " + size + " bytes; at most " + limits.bodyBytesMax() + " are allowed")
                    .as();
        }
        BytesElements raw = new BytesElements(Math.toIntExact(size));
        elements.forEach(raw::add);
        return Decoded.valid(raw.toRaw());
    }

    private static long count(DataType type, InferTensorContents contents) {
        return switch (type) {
            case BOOL -> contents.getBoolContentsCount();
            case INT8, INT16, INT32 -> contents.getIntContentsCount();
            case UINT8, UINT16, UINT32 -> contents.getUintContentsCount();
            case INT64 -> contents.getInt64ContentsCount();
            case UINT64 -> contents.getUint64ContentsCount();
            case FP32 -> contents.getFp32ContentsCount();
            case FP64 -> contents.getFp64ContentsCount();
            case BYTES -> contents.getBytesContentsCount();
            case FP16, BF16 -> 0;
        };
    }

    private static long allCounts(InferTensorContents contents) {
        return (long) contents.getBoolContentsCount()
                + contents.getIntContentsCount()
                + contents.getUintContentsCount()
                + contents.getInt64ContentsCount()
                + contents.getUint64ContentsCount()
                + contents.getFp32ContentsCount()
                + contents.getFp64ContentsCount()
                + contents.getBytesContentsCount();
    }

    private static String field(DataType type) {
        return switch (type) {
            case BOOL -> "bool_contents";
            case INT8, INT16, INT32 -> "int_contents";
            case UINT8, UINT16, UINT32 -> "uint_contents";
            case INT64 -> "int64_contents";
            case UINT64 -> "uint64_contents";
            case FP32 -> "fp32_contents";
            case FP64 -> "fp64_contents";
            case BYTES -> "bytes_contents";
            case FP16, BF16 -> "raw_input_contents";
        };
    }
}
