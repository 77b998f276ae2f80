package io.bellwether.protocol;

/**
 * Limits on what a client may send, checked before anything is allocated for it.
 *
 * @param bodyBytesMax bytes of a request: a REST body, or all raw tensors of a gRPC request together
 * @param jsonDepthMax levels of nesting in JSON
 * @param nameLengthMax characters of a model, version, tensor or parameter name, and of a request id
 * @param inputsMax tensors in a request; also the most requested outputs and the most parameters of one level
 * @param dimensionsMax dimensions of a shape
 * @param elementsMax elements of one tensor
 * @param bytesElementMax bytes of one element of a BYTES tensor
 */
public record ProtocolLimits(
        int bodyBytesMax,
        int jsonDepthMax,
        int nameLengthMax,
        int inputsMax,
        int dimensionsMax,
        int elementsMax,
        int bytesElementMax) {

    public static final ProtocolLimits DEFAULT =
            new ProtocolLimits(16 * 1024 * 1024, 64, 256, 64, 8, 16 * 1024 * 1024, 1024 * 1024);

    public ProtocolLimits {
        requirePositive("bodyBytesMax", bodyBytesMax);
        requirePositive("jsonDepthMax", jsonDepthMax);
        requirePositive("nameLengthMax", nameLengthMax);
        requirePositive("inputsMax", inputsMax);
        requirePositive("dimensionsMax", dimensionsMax);
        requirePositive("elementsMax", elementsMax);
        requirePositive("bytesElementMax", bytesElementMax);
    }

    private static void requirePositive(String name, int value) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " must be positive, is " + value);
        }
    }
}
