package io.bellwether.protocol;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * What a request says about one input before its data is looked at, checked against the limits.
 *
 * @param label how messages name the input: {@code input 'image'}
 * @param type datatype of every element
 * @param shape dimensions, row-major
 * @param elements product of the dimensions
 * @param bytesMin raw size in bytes; for BYTES the least it can be
 */
record TensorHead(String label, DataType type, List<Long> shape, long elements, long bytesMin) {

    private static final int QUOTED_CHARACTERS_MAX = 32;
    private static final String DATATYPES =
            Arrays.stream(DataType.values()).map(DataType::name).collect(Collectors.joining(", "));

    static Decoded<TensorHead> of(int index, String name, String datatype, List<Long> shape, ProtocolLimits limits) {
        if (name.isEmpty()) {
            return Refusal.invalid("inputs[" + index + "] has no name").as();
        }
        if (name.length() > limits.nameLengthMax()) {
            return Refusal.tooLarge("inputs[" + index + "] has a name of " + name.length() + " characters; at most "
                            + limits.nameLengthMax() + " are allowed")
                    .as();
        }
        String label = label(name);
        if (datatype.isEmpty()) {
            return Refusal.invalid(label + " has no datatype; expected one of " + DATATYPES)
                    .as();
        }
        DataType type = DataType.named(datatype).orElse(null);
        if (type == null) {
            return Refusal.invalid(
                            label + " has unknown datatype '" + shortened(datatype) + "'; expected one of " + DATATYPES)
                    .as();
        }
        return sized(label, type, shape, limits);
    }

    static String label(String name) {
        return "input '" + name + "'";
    }

    static String shortened(String text) {
        return text.length() <= QUOTED_CHARACTERS_MAX ? text : text.substring(0, QUOTED_CHARACTERS_MAX) + "...";
    }

    private static Decoded<TensorHead> sized(String label, DataType type, List<Long> shape, ProtocolLimits limits) {
        if (shape.size() > limits.dimensionsMax()) {
            return Refusal.tooLarge(label + " has " + shape.size() + " dimensions; at most " + limits.dimensionsMax()
                            + " are allowed")
                    .as();
        }
        for (long dimension : shape) {
            if (dimension < 0) {
                return Refusal.invalid(
                                label + " has shape " + Shape.text(shape) + "; every dimension must be 0 or more")
                        .as();
            }
        }
        OptionalLong elements = Shape.elements(shape);
        if (elements.isEmpty() || elements.getAsLong() > limits.elementsMax()) {
            return Refusal.tooLarge(label + " has shape " + Shape.text(shape) + ", which is more than the "
                            + limits.elementsMax() + " elements allowed")
                    .as();
        }
        OptionalLong bytes = Shape.bytesMin(type, elements.getAsLong());
        if (bytes.isEmpty() || bytes.getAsLong() > limits.bodyBytesMax()) {
            return Refusal.tooLarge(label + " with datatype " + type + " and shape " + Shape.text(shape)
                            + " is more than the " + limits.bodyBytesMax() + " bytes allowed")
                    .as();
        }
        return Decoded.valid(new TensorHead(label, type, shape, elements.getAsLong(), bytes.getAsLong()));
    }

    /** Refusal for data whose number of values is not what the shape says. */
    Refusal wrongCount(long count) {
        return Refusal.invalid(
                label + " has " + count + " values, but its shape " + Shape.text(shape) + " needs " + elements);
    }

    /** Refusal for half-precision values outside raw bytes; the text is the one clients know. */
    Refusal rawOnly(String way) {
        return Refusal.invalid("sending/receiving " + type + " data via " + way
                + " is not supported. Please use the binary data format for " + label);
    }
}
