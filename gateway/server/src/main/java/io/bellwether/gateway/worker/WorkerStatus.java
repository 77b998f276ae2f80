package io.bellwether.gateway.worker;

import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.WireNames;
import io.bellwether.protocol.hop.HopRefusal;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a worker's gRPC status means; the one place on this side of the link that knows status codes.
 *
 * <p>A worker of ours names its reason in a trailer, and then its text is written for clients. Without that trailer the
 * status was made by the transport, whose text may name addresses and classes: it is replaced.
 */
final class WorkerStatus {
    /** A call that ended well and brought nothing. */
    static final Status NO_ANSWER = Status.INTERNAL;

    private static final Metadata.Key<String> REASON =
            Metadata.Key.of(WireNames.TRAILER_REASON, Metadata.ASCII_STRING_MARSHALLER);
    private static final int MESSAGE_CHARACTERS_MAX = 1_000;

    private WorkerStatus() {}

    /**
     * @param sent whether anything of the request may have reached the worker
     */
    static Reply.Failed failure(Status status, Metadata trailers, boolean sent) {
        Optional<FailureReason> named = named(trailers.get(REASON));
        if (named.isPresent()) {
            boolean notBegun = named.get() == FailureReason.NOT_READY;
            return new Reply.Failed(named.get(), text(status.getDescription(), named.get()), !notBegun);
        }
        FailureReason reason = reason(status.getCode());
        return new Reply.Failed(reason, sentence(reason), sent);
    }

    /** What a worker refuses with on a stream; one that it does not know is a fault of the worker. */
    static Reply.Failed failure(HopRefusal refusal) {
        FailureReason reason = named(refusal.getReason()).orElse(FailureReason.INTERNAL);
        return new Reply.Failed(reason, text(refusal.getMessage(), reason), reason != FailureReason.NOT_READY);
    }

    /** A stream that the worker ended because it leaves. */
    static boolean isEnd(Status status) {
        return status.isOk();
    }

    /** The worker does not know the method. */
    static boolean isNotOffered(Status status) {
        return status.getCode() == Status.Code.UNIMPLEMENTED;
    }

    private static FailureReason reason(Status.Code code) {
        return switch (code) {
            case DEADLINE_EXCEEDED -> FailureReason.DEADLINE_EXCEEDED;
            case CANCELLED -> FailureReason.CANCELLED;
            case UNAVAILABLE -> FailureReason.WORKER_UNAVAILABLE;
            case INVALID_ARGUMENT, OUT_OF_RANGE -> FailureReason.INVALID_INPUT;
            case NOT_FOUND -> FailureReason.MODEL_NOT_FOUND;
            case UNIMPLEMENTED -> FailureReason.UNSUPPORTED;
            default -> FailureReason.INTERNAL;
        };
    }

    /** The status that monitoring of the link itself looks at: the worker is not there. */
    static boolean isTransportFailure(Status status, Metadata trailers) {
        return status.getCode() == Status.Code.UNAVAILABLE
                && named(trailers.get(REASON)).isEmpty();
    }

    private static Optional<FailureReason> named(@Nullable String name) {
        for (FailureReason reason : FailureReason.values()) {
            if (reason.name().equals(name)) {
                return Optional.of(reason);
            }
        }
        return Optional.empty();
    }

    private static String text(@Nullable String text, FailureReason reason) {
        if (text == null || text.isBlank()) {
            return sentence(reason);
        }
        return text.length() <= MESSAGE_CHARACTERS_MAX ? text : text.substring(0, MESSAGE_CHARACTERS_MAX);
    }

    /** What a client is told where the worker has no words of its own. */
    static String sentence(FailureReason reason) {
        return switch (reason) {
            case DEADLINE_EXCEEDED -> "the deadline passed before there was an answer";
            case CANCELLED -> "the request was cancelled";
            case WORKER_UNAVAILABLE -> "the worker that serves this version is not reachable; try again";
            case INVALID_INPUT -> "the worker refused the request as invalid";
            case MODEL_NOT_FOUND -> "the worker does not know this model or version";
            case UNSUPPORTED -> "the worker does not offer this part of the protocol";
            default -> "the worker could not answer because of a fault of its own";
        };
    }
}
