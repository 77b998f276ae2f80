package io.bellwether.protocol;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Elements of a BYTES tensor and its raw form: each element is its length as unsigned 32 bit little-endian, then its bytes. */
public final class BytesTensor {
    private BytesTensor() {}

    /** The elements of a raw tensor that {@link RequestCheck} has passed; views, not copies. */
    public static List<ByteString> elements(ByteString raw) {
        // The bytes may be a part of a longer array: indices count from the beginning of the tensor.
        ByteBuffer lengths = raw.asReadOnlyByteBuffer().slice().order(ByteOrder.LITTLE_ENDIAN);
        List<ByteString> elements = new ArrayList<>();
        int at = 0;
        while (at < raw.size()) {
            int from = at + Integer.BYTES;
            at = from + lengths.getInt(at);
            elements.add(raw.substring(from, at));
        }
        return elements;
    }

    /** The raw form of the elements. */
    public static ByteString raw(List<ByteString> elements) {
        int bytes = elements.stream()
                .mapToInt(element -> Integer.BYTES + element.size())
                .reduce(0, Math::addExact);
        BytesElements raw = new BytesElements(bytes);
        elements.forEach(raw::add);
        return raw.toRaw();
    }
}
