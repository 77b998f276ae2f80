package io.bellwether.protocol;

import java.nio.charset.StandardCharsets;

/**
 * Why something was refused, as a value.
 *
 * @param reason the machine-readable reason
 * @param message what is wrong, where, and what was expected: one line for the client, without anything internal
 * @param retryAfterNanos when another attempt makes sense; 0 if nothing is known about that
 */
public record Refusal(FailureReason reason, String message, long retryAfterNanos) {
    private static final int NAME_CHARACTERS_MAX = 256;

    /** Half a surrogate pair, sent by a client or left by shortening, could not be written to anybody. */
    public Refusal {
        message = new String(message.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    /** One of which it is not known when another attempt makes sense. */
    public Refusal(FailureReason reason, String message) {
        this(reason, message, 0);
    }

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
        return new Refusal(
                FailureReason.MODEL_NOT_FOUND, "Request for unknown model: '" + shortened(model) + "' is not found");
    }

    public static Refusal unknownVersion(String model, String version) {
        return new Refusal(
                FailureReason.MODEL_NOT_FOUND,
                "Request for unknown model: '" + shortened(model) + "' version '" + shortened(version)
                        + "' is not found");
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

    /** A name that no check has limited may be as long as a whole request; an answer never is. */
    private static String shortened(String name) {
        return name.length() <= NAME_CHARACTERS_MAX ? name : name.substring(0, NAME_CHARACTERS_MAX) + "...";
    }

    /** The same refusal as a result of any type. */
    public <T> Decoded<T> as() {
        return new Decoded.Refused<>(this);
    }
}
