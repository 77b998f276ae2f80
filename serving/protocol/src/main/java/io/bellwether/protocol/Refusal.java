package io.bellwether.protocol;

/**
 * Why something was refused, as a value.
 *
 * @param reason the machine-readable reason
 * @param message what is wrong, where, and what was expected: one line for the client, without anything internal
 */
public record Refusal(FailureReason reason, String message) {

    public static Refusal invalid(String message) {
        return new Refusal(FailureReason.INVALID_INPUT, message);
    }

    public static Refusal tooLarge(String message) {
        return new Refusal(FailureReason.TOO_LARGE, message);
    }

    public static Refusal unsupported(String message) {
        return new Refusal(FailureReason.UNSUPPORTED, message);
    }

    /** The text that clients of inference servers test for. */
    public static Refusal unknownModel(String model) {
        return new Refusal(FailureReason.MODEL_NOT_FOUND, "Request for unknown model: '" + model + "' is not found");
    }

    public static Refusal unknownVersion(String model, String version) {
        return new Refusal(
                FailureReason.MODEL_NOT_FOUND,
                "Request for unknown model: '" + model + "' version '" + version + "' is not found");
    }

    public static Refusal queueFull(String model, String version) {
        return new Refusal(
                FailureReason.QUEUE_FULL,
                "Exceeds maximum queue size of model '" + model + "' version '" + version + "'; try again later");
    }

    public static Refusal modelFailed(String model, String version) {
        return new Refusal(
                FailureReason.MODEL_FAILED, "model '" + model + "' version '" + version + "' failed on this input");
    }

    /** A model whose outputs have to be finite gave one that is not. */
    public static Refusal nonfiniteOutput(String model, String version) {
        return new Refusal(
                FailureReason.MODEL_FAILED,
                "model '" + model + "' version '" + version + "' gave a NaN or an infinity for this input");
    }

    /** The same refusal as a result of any type. */
    public <T> Decoded<T> as() {
        return new Decoded.Refused<>(this);
    }
}
