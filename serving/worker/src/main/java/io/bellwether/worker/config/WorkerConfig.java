package io.bellwether.worker.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.time.Duration;
import java.util.Optional;

/** Every setting of a worker. Unknown keys that begin with {@code worker.} are refused at start. */
@ConfigMapping(prefix = "worker")
public interface WorkerConfig {
    /** Name of this worker in telemetry; unique among running workers and the same after a restart. */
    @WithDefault("worker-1")
    String id();

    /** Folder of the model repository: {@code <model>/model.yaml} and {@code <model>/<version>/model.pt}. */
    @WithDefault("models")
    String repository();

    /** Most model versions in the repository. */
    @WithDefault("64")
    int versionsMax();

    /** Price sheet (YAML) that replaces the bundled one. */
    Optional<String> priceSheet();

    /** Allows a bind address other than loopback although nobody is authenticated. */
    @WithName("insecure-allow-unauthenticated-remote-access")
    @WithDefault("false")
    boolean insecureAllowUnauthenticatedRemoteAccess();

    /** Limits on requests. */
    Requests requests();

    /** How the engine is set up. */
    Engine engine();

    /** How a version is warmed before it is ready. */
    WarmUp warmUp();

    /** How models are loaded and unloaded while the worker runs. */
    ModelControl modelControl();

    /** How the worker stops. */
    Drain drain();

    /** Where telemetry goes. */
    Kafka kafka();

    /** What telemetry counts. */
    Telemetry telemetry();

    /** Limits on requests. */
    interface Requests {
        /** Requests that may be in the worker at once, over all models; more are refused. */
        @WithDefault("4096")
        int inFlightMax();

        /** Tensor bytes of all requests that may be in the worker at once; more are refused. */
        @WithDefault("268435456")
        long inFlightBytesMax();

        /** Tensor bytes of one request. Keep it below quarkus.grpc.server.max-inbound-message-size. */
        @WithDefault("16777216")
        int bytesMax();

        /** Longest deadline; a longer one is cut to this. */
        @WithDefault("60s")
        Duration deadlineMax();
    }

    /** How the engine is set up. */
    interface Engine {
        /** Whether TorchScript specialises a program for each batch size during the warm-up. */
        @WithDefault("true")
        boolean graphOptimizer();

        /** Folder for the extracted native libraries; absent: the user's default folder. */
        Optional<String> nativeCache();

        /** A forward that takes longer has hung: the process ends, so that it is started again. */
        @WithDefault("60s")
        Duration forwardTimeMax();

        /** Forwards at each batch size before synthetic requests are sent. */
        @WithDefault("3")
        int warmUpRepeats();
    }

    /** How a version is warmed by synthetic requests through the whole path. */
    interface WarmUp {
        /** Synthetic requests in one round; the version is warm when two in a row are no faster and hardly anything is compiled. */
        @WithDefault("100")
        int roundRequests();

        /** Most rounds for one version. */
        @WithDefault("200")
        int roundsMax();

        /** Longest time for one version; a version that is not stable by then serves all the same. */
        @WithDefault("5s")
        Duration timeMax();

        /** The same for the first version of the process, which warms what all versions share. */
        @WithDefault("8s")
        Duration firstTimeMax();

        /** Synthetic requests under way at once until the worker is ready; later versions are warmed one by one in short rounds. */
        @WithDefault("8")
        int concurrency();
    }

    /** How models are loaded and unloaded while the worker runs. */
    interface ModelControl {
        /** Time between two looks at the repository for models that changed; absent: it is read at the start and on request. */
        Optional<Duration> pollInterval();

        /** How long a version that goes still serves, so that gateways learn of it; longer than their time between two looks. */
        @WithDefault("2500ms")
        Duration retireTime();

        /** Changes of models that may wait for the one under way. */
        @WithDefault("64")
        int changesPendingMax();

        /** Whether each version is first loaded and run in a process of its own, which may crash alone. */
        @WithDefault("true")
        boolean trial();

        /** Longest time that one version may take there. */
        @WithDefault("2m")
        Duration trialTimeMax();

        /** Folder for what is to outlive the process: crashes, passed trials, unloads; absent: nothing is remembered. */
        Optional<String> stateDir();

        /** Folder where archives of the repository are unpacked; absent: {@code .unpacked} in the repository. */
        Optional<String> archivesFolder();

        /** Estimated MiB of all model versions in memory; absent: no limit. See memory_mib and on_demand in model.yaml. */
        Optional<Long> memoryMibMax();

        /** Longest time that a request waits for a version that is loaded on demand. */
        @WithDefault("30s")
        Duration loadWaitMax();

        /** Requests that may wait for that at once. */
        @WithDefault("256")
        int loadWaitersMax();
    }

    /** How the worker stops. */
    interface Drain {
        /**
         * How long everything is served as before while the index and readiness say that the worker leaves. Longer than
         * the time between two questions of a gateway, so that none sends a request here that is refused.
         */
        @WithDefault("1500ms")
        Duration delay();

        /** Longest time that queued and running requests may take to finish after the stop signal. */
        @WithDefault("10s")
        Duration timeMax();

        /** How long the ports stay open and refuse after the last answer, so that callers learn to go elsewhere. */
        @WithDefault("500ms")
        Duration linger();

        /** Longest time to hand the last counts to Kafka. */
        @WithDefault("2s")
        Duration telemetryTimeMax();
    }

    /** Where telemetry goes. */
    interface Kafka {
        /** Kafka bootstrap servers, host:port separated by commas; absent: no telemetry. */
        Optional<String> bootstrap();
    }

    /** What telemetry counts. */
    interface Telemetry {
        /** Time between two snapshots. */
        @WithDefault("250ms")
        Duration interval();

        /** Cells that are kept for one model; beyond it new ones are not counted. */
        @WithDefault("10000")
        int cellsMax();

        /** A cell is forgotten when nothing was added for this long; longer than requests.deadline-max. */
        @WithDefault("90s")
        Duration cellRetention();

        /**
         * Sketches of embeddings that a cell tells of, 0 to 16. With 0 none leaves the worker, only how many there were and
         * their dimension; then monitoring cannot see whether another model made them.
         */
        @WithDefault("16")
        int embeddingSketchesMax();
    }
}
