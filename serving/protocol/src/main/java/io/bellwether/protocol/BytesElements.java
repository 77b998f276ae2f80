package io.bellwether.protocol;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;

/** The raw form of a BYTES tensor: each element is its length as unsigned 32 bit little-endian, then its bytes. */
final class BytesElements {
    private static final int LENGTH_BYTES = Integer.BYTES;

    private byte[] raw;
    private int size;

    BytesElements(int bytesExpected) {
        raw = new byte[Math.max(LENGTH_BYTES, bytesExpected)];
    }

    /** Appends one element. The caller keeps the sum within the limits. */
    void add(ByteString element) {
        reserve(element.size());
        element.copyTo(raw, size);
        size += element.size();
    }

    void add(byte[] element) {
        reserve(element.length);
        System.arraycopy(element, 0, raw, size, element.length);
        size += element.length;
    }

    long sizeWith(int elementBytes) {
        return (long) size + LENGTH_BYTES + elementBytes;
    }

    ByteString toRaw() {
        return UnsafeByteOperations.unsafeWrap(raw, 0, size);
    }

    private void reserve(int elementBytes) {
        int needed = Math.addExact(Math.addExact(size, LENGTH_BYTES), elementBytes);
        if (needed > raw.length) {
            raw = Arrays.copyOf(raw, (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(needed, 2L * raw.length)));
        }
        ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN).putInt(size, elementBytes);
        size += LENGTH_BYTES;
    }

    /** Why raw bytes are not a BYTES tensor of this head; empty when they are. */
    static Optional<Refusal> check(TensorHead head, ByteString raw, ProtocolLimits limits) {
        ByteBuffer buffer = raw.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        long count = 0;
        while (buffer.hasRemaining()) {
            if (buffer.remaining() < LENGTH_BYTES) {
                return broken(head, count, "ends inside a length");
            }
            long length = Integer.toUnsignedLong(buffer.getInt());
            if (length > limits.bytesElementMax()) {
                return Optional.of(tooLong(head, count, length, limits));
            }
            if (length > buffer.remaining()) {
                return broken(head, count, "says " + length + " bytes, but " + buffer.remaining() + " are left");
            }
            buffer.position(buffer.position() + (int) length);
            count++;
        }
        return count == head.elements() ? Optional.empty() : Optional.of(head.wrongCount(count));
    }

    static Refusal tooLong(TensorHead head, long index, long length, ProtocolLimits limits) {
        return Refusal.tooLarge(head.label() + " has " + length + " bytes in element " + index + "; at most "
                + limits.bytesElementMax() + " are allowed");
    }

    private static Optional<Refusal> broken(TensorHead head, long index, String what) {
        return Optional.of(Refusal.invalid(head.label() + " has broken raw BYTES data: element " + index + " " + what));
    }
}
