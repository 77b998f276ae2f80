package io.bellwether.protocol;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.bellwether.protocol.oip.InferTensorContents;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferRequest.InferInputTensor;
import io.bellwether.protocol.oip.ModelInferRequest.InferRequestedOutputTensor;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * What the bytes of a {@link ModelInferRequest} will take as objects, found out before there is any. Protobuf makes an
 * object of every two bytes if a client wants it so; this refuses what {@link RequestCheck} would refuse for its counts,
 * while it is still bytes.
 */
public final class MessageCost {
    /** A field with all that belongs to it: message or map entry, builder, string. */
    private static final int PART_BYTES = 160;
    /** A small byte array in its object and its place in a list that grows. */
    private static final int ELEMENT_BYTES = 64;
    /** Lists grow by half: old and new side by side. */
    private static final double LIST_GROWTH = 2.5;

    private static final int DIMENSION_BYTES_MAX = 10;
    private static final int PARTS_PER_INPUT_AND_PARAMETER = 16;
    private static final int NOT_DELIMITED = 0;

    private final CodedInputStream in;
    private final ProtocolLimits limits;
    private final long partsMax;
    private long parts;
    private long tensorBytes;
    private long heapBytes;
    private @Nullable Refusal refusal;

    private MessageCost(InputStream message, ProtocolLimits limits) {
        this.in = CodedInputStream.newInstance(message);
        this.limits = limits;
        this.partsMax = (long) PARTS_PER_INPUT_AND_PARAMETER * limits.inputsMax() * limits.inputsMax();
    }

    /** Something that reads one kind of message to its end. */
    private interface Reader {
        void read(int tag) throws IOException;
    }

    /**
     * Reads a message and makes nothing of it.
     *
     * @return bytes of heap that it will take at most, roughly; or why it is refused
     */
    public static Decoded<Long> of(InputStream message, ProtocolLimits limits) {
        MessageCost cost = new MessageCost(message, limits);
        try {
            cost.fields(cost::request);
        } catch (IOException e) {
            return broken().as();
        }
        return cost.refusal == null ? Decoded.valid(cost.heapBytes) : cost.refusal.as();
    }

    /** What to say about bytes that are no message. */
    public static Refusal broken() {
        return Refusal.invalid("the message cannot be read; its protobuf encoding is broken");
    }

    private void fields(Reader reader) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            reader.read(tag);
            if (refusal != null) {
                return;
            }
        }
    }

    private void nested(Reader reader) throws IOException {
        int before = in.pushLimit(in.readRawVarint32());
        fields(reader);
        if (refusal == null) {
            in.popLimit(before);
        }
    }

    private void request(int tag) throws IOException {
        part();
        switch (delimited(tag)) {
            case ModelInferRequest.INPUTS_FIELD_NUMBER -> nested(this::input);
            case ModelInferRequest.OUTPUTS_FIELD_NUMBER -> nested(this::output);
            case ModelInferRequest.PARAMETERS_FIELD_NUMBER -> nested(this::entry);
            case ModelInferRequest.RAW_INPUT_CONTENTS_FIELD_NUMBER -> heapBytes += skipped(in.readRawVarint32());
            default -> leaf(tag);
        }
    }

    private void input(int tag) throws IOException {
        part();
        switch (delimited(tag)) {
            case InferInputTensor.PARAMETERS_FIELD_NUMBER -> nested(this::entry);
            case InferInputTensor.CONTENTS_FIELD_NUMBER -> nested(this::contents);
            case InferInputTensor.SHAPE_FIELD_NUMBER -> shape(in.readRawVarint32());
            default -> leaf(tag);
        }
    }

    private void output(int tag) throws IOException {
        part();
        if (delimited(tag) == InferRequestedOutputTensor.PARAMETERS_FIELD_NUMBER) {
            nested(this::entry);
        } else {
            leaf(tag);
        }
    }

    private void entry(int tag) throws IOException {
        part();
        leaf(tag);
    }

    private void leaf(int tag) throws IOException {
        switch (WireFormat.getTagWireType(tag)) {
            // A text of one byte for each character may need two.
            case WireFormat.WIRETYPE_LENGTH_DELIMITED -> heapBytes += 2 * skipped(in.readRawVarint32());
            case WireFormat.WIRETYPE_START_GROUP, WireFormat.WIRETYPE_END_GROUP -> refusal = broken();
            default -> in.skipField(tag);
        }
    }

    private void shape(int length) throws IOException {
        if (length > DIMENSION_BYTES_MAX * limits.dimensionsMax()) {
            refusal = Refusal.tooLarge("an input has more than " + limits.dimensionsMax() + " dimensions");
        } else {
            skipped(length);
        }
    }

    private void contents(int tag) throws IOException {
        int field = delimited(tag);
        if (field == NOT_DELIMITED) {
            leaf(tag);
            elements(1, WireFormat.getTagFieldNumber(tag));
            return;
        }
        int length = in.readRawVarint32();
        if (field == InferTensorContents.BYTES_CONTENTS_FIELD_NUMBER) {
            heapBytes += ELEMENT_BYTES + skipped(length);
            tensor((long) Integer.BYTES + length);
        } else {
            elements(isFixed(field) ? skipped(length) / width(field) : numbers(length), field);
        }
    }

    private void elements(long count, int field) {
        heapBytes += (long) (count * LIST_GROWTH * width(field));
        // The small integers share a wider field.
        boolean narrow = field == InferTensorContents.INT_CONTENTS_FIELD_NUMBER
                || field == InferTensorContents.UINT_CONTENTS_FIELD_NUMBER;
        tensor(narrow ? count : count * width(field));
    }

    private long skipped(int length) throws IOException {
        in.skipRawBytes(length);
        return length;
    }

    /** Numbers of variable length: each ends with a byte below 128. */
    private long numbers(int length) throws IOException {
        long count = 0;
        for (int i = 0; i < length; i++) {
            count += in.readRawByte() >= 0 ? 1 : 0;
        }
        return count;
    }

    private void tensor(long bytes) {
        tensorBytes += bytes;
        if (tensorBytes > limits.bodyBytesMax()) {
            refusal = Refusal.tooLarge("the tensors of the request are more than the " + limits.bodyBytesMax()
                    + " bytes allowed together");
        }
    }

    private void part() {
        parts++;
        heapBytes += PART_BYTES;
        if (parts > partsMax) {
            refusal = Refusal.tooLarge("the request has more than " + partsMax + " fields");
        }
    }

    /** Number of a field that has a length. A field of ours that has none is unknown to protobuf. */
    private static int delimited(int tag) {
        return WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED
                ? WireFormat.getTagFieldNumber(tag)
                : NOT_DELIMITED;
    }

    private static boolean isFixed(int field) {
        return field == InferTensorContents.FP32_CONTENTS_FIELD_NUMBER
                || field == InferTensorContents.FP64_CONTENTS_FIELD_NUMBER;
    }

    private static int width(int field) {
        return switch (field) {
            case InferTensorContents.BOOL_CONTENTS_FIELD_NUMBER -> 1;
            case InferTensorContents.INT_CONTENTS_FIELD_NUMBER,
                    InferTensorContents.UINT_CONTENTS_FIELD_NUMBER,
                    InferTensorContents.FP32_CONTENTS_FIELD_NUMBER -> Float.BYTES;
            default -> Double.BYTES;
        };
    }
}
