package io.bellwether.gateway.worker;

import io.bellwether.gateway.call.Cancellation;
import io.bellwether.protocol.Refusal;
import io.bellwether.protocol.capacity.CapacityRequest;
import io.bellwether.protocol.capacity.CapacityResponse;
import io.bellwether.protocol.oip.ModelConfigRequest;
import io.bellwether.protocol.oip.ModelConfigResponse;
import io.bellwether.protocol.oip.ModelMetadataRequest;
import io.bellwether.protocol.oip.ModelMetadataResponse;
import io.bellwether.protocol.oip.ModelStatisticsRequest;
import io.bellwether.protocol.oip.ModelStatisticsResponse;
import io.bellwether.protocol.oip.RepositoryIndexResponse;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * The way to one worker. The transport behind it may change without anyone else noticing. No method blocks; every stage
 * completes, and only {@link #index} and {@link #metadata} exceptionally.
 */
public interface WorkerLink extends AutoCloseable {

    /**
     * Sends one request. The tensors travel as they are.
     *
     * @param budgetNanos time that is left for it; when it has passed the reply is a failure, answered or not
     * @param cancellation its caller going away ends the work
     * @param settled runs once, just before the reply comes, or later where the reply did not wait for the worker: when the
     *     worker has answered too or is gone
     * @return what became of it; never completes exceptionally
     */
    CompletionStage<Reply> forward(Outgoing request, long budgetNanos, Cancellation cancellation, Runnable settled);

    /**
     * Everything that the worker has, with its states; exceptional when it cannot be asked, with {@link Unreachable} if
     * nobody is there.
     */
    CompletionStage<RepositoryIndexResponse> index();

    /** From now on this one, and no other, hears what the worker says by itself. */
    void listen(WorkerNews listener);

    /**
     * Has the worker tell the other gateways what this one took back. In vain while the worker cannot be reached: it is to be
     * said again as long as it matters.
     *
     * @param kills the newest count, if there are more than one message takes
     */
    void spread(List<KillNotice> kills);

    /** What a version of a model takes and gives; exceptional when it cannot be asked or does not know it. */
    CompletionStage<ModelMetadataResponse> metadata(ModelMetadataRequest request);

    /** How a model is configured, in the words of Triton; exceptional as {@link #metadata}. */
    CompletionStage<ModelConfigResponse> config(ModelConfigRequest request);

    /** What versions did so far, on this worker; exceptional as {@link #metadata}. */
    CompletionStage<ModelStatisticsResponse> statistics(ModelStatisticsRequest request);

    /** What versions can promise on this worker; exceptional as {@link #metadata}. */
    CompletionStage<CapacityResponse> capacity(CapacityRequest request);

    /**
     * Has the worker load, or load anew, what its repository holds of a model. May take minutes.
     *
     * @return empty when every version serves, else why not; never completes exceptionally
     */
    CompletionStage<Optional<Refusal>> load(String model);

    /** Has the worker unload a model; as {@link #load}. */
    CompletionStage<Optional<Refusal>> unload(String model);

    /** Lets go of the connections; what is under way fails. */
    @Override
    void close();

    /** Nobody answers at the worker's address; a slow worker is something else. */
    final class Unreachable extends Exception {
        private static final long serialVersionUID = 1L;

        public Unreachable(Throwable cause) {
            super(cause);
        }
    }
}
