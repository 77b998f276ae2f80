package io.bellwether.gateway.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Everything that can be configured about a gateway, beside the addresses of its servers ({@code quarkus.http.*},
 * {@code quarkus.grpc.server.*}, {@code quarkus.management.*}), the local guard ({@link GuardConfig}), who the workers are
 * ({@link FleetConfig}), which requests go to two of them ({@link HedgingConfig}), and who may send how much ({@link AdmissionConfig}). Unknown keys below {@code gateway.} are refused at start.
 */
@ConfigMapping(prefix = "gateway")
public interface GatewayConfig {

    /** Name of this gateway, the same after a restart and unlike that of every other gateway. */
    @WithDefault("gateway-0")
    String id();

    /**
     * Workers as host:port of their gRPC port, or as dns:name:port, which means one at each address that the name resolves
     * to, now and later.
     */
    @WithDefault("127.0.0.1:8100")
    List<String> workers();

    /** Folder for the last good control state. Made when it is missing. */
    @WithDefault(".bellwether/gateway")
    Path stateDir();

    /**
     * Lets the servers listen beyond loopback although nothing authenticates callers. Without it such an address refuses
     * to start.
     */
    @WithDefault("false")
    boolean insecureAllowUnauthenticatedRemoteAccess();

    /** Whether models can be loaded and unloaded through the public ports, which authenticate nobody. */
    @WithDefault("false")
    boolean modelControlEnabled();

    /** What a request may ask for. */
    Limits limits();

    /** How requests reach workers. */
    WorkerLinkConfig workerLink();

    /** Counting for monitoring. */
    Telemetry telemetry();

    /** Where the control log and the telemetry live. */
    Kafka kafka();

    /** The control API and the control log. */
    Control control();

    /** Warming up before readiness. */
    WarmUpConfig warmUp();

    /** Leaving. */
    Drain drain();

    /** Limits of one request and of all together. */
    interface Limits {
        /** Largest REST body, and largest sum of raw tensors of a gRPC request, in bytes. */
        @WithDefault("16777216")
        int bodyBytesMax();

        /**
         * Largest sum of the bodies of all requests that are being read or answered, in bytes; requests beyond it are
         * refused. A body costs up to three times its size while it is answered. Default: a quarter of the largest heap,
         * but at least one largest body.
         */
        OptionalLong bodyBytesHeldMax();

        /** Longest request path, in characters, before decoding. */
        @WithDefault("4096")
        int pathCharactersMax();

        /** Deadline of a request that names none. */
        @WithDefault("5s")
        Duration deadlineDefault();

        /**
         * Longest deadline that a request may ask for; more is cut down to it. Monitoring waits for the counts of a slot
         * for {@code monitoring.slots.wait-max}, which must stay at least 3 s above this: what ends later is no evidence.
         */
        @WithDefault("10s")
        Duration deadlineMax();

        /** Requests that may be in flight at once; more are refused. */
        @WithDefault("4096")
        int inFlightMax();

        /** Streams of inference requests (gRPC) that may be open at once; more are refused. */
        @WithDefault("256")
        int streamsMax();

        /** Requests of one stream that may be unanswered at once; the client is not read further until one is answered. */
        @WithDefault("64")
        int streamRequestsMax();

        /** Copies of requests for shadows that may be under way at once; more are dropped. */
        @WithDefault("64")
        int shadowCopiesMax();

        /** Bytes of requests and answers that copies may hold; more are dropped. Default: a sixteenth of the largest heap. */
        OptionalLong shadowBytesHeldMax();

        /** gRPC calls that one connection may have open at once; a client waits with more. */
        @WithDefault("1024")
        int callsPerConnectionMax();
    }

    /** The link to each worker. */
    interface WorkerLinkConfig {
        /** Requests that one stream to a worker may have unanswered; each event loop has two. More are refused. */
        @WithDefault("2048")
        int streamCallsMax();

        /** Bytes of the requests that one stream to a worker may have unanswered; more are refused. */
        @WithDefault("67108864")
        long streamBytesMax();

        /** How often a worker is asked what it serves. */
        @WithDefault("1s")
        Duration pollInterval();

        /** How long a worker may take to say what it serves before it counts as down. */
        @WithDefault("800ms")
        Duration pollTimeout();

        /** How long a worker may take to load or unload a model. */
        @WithDefault("10m")
        Duration modelChangeTimeout();

        /** How often an idle connection is checked. */
        @WithDefault("10s")
        Duration keepAliveInterval();

        /** How long a check may take before the connection counts as broken. */
        @WithDefault("3s")
        Duration keepAliveTimeout();

        /** Largest answer of a worker, in bytes. */
        @WithDefault("67108864")
        int answerBytesMax();

        /** Models that a worker may list; further ones are ignored. */
        @WithDefault("1024")
        int modelsMax();

        /** Retries allowed as a share of requests. */
        @WithDefault("0.1")
        double retryRatio();

        /** Retries that may be saved up. */
        @WithDefault("10")
        int retryBurst();

        /**
         * Whether what a worker was lost with goes to another one too, within the same limits. Then a worker that dies costs
         * clients no error, and a request that ends its worker ends two.
         */
        @WithDefault("false")
        boolean retryLostWork();
    }

    /** Counting for monitoring. */
    interface Telemetry {
        /** How often what changed is handed to the sender. */
        @WithDefault("250ms")
        Duration interval();

        /** Cells in memory over all models; requests beyond it are not counted, and that is counted. */
        @WithDefault("20000")
        int cellsMax();

        /** Rollouts split by client whose clients are remembered, 1 MiB each; more have no evidence by clients. */
        @WithDefault("16")
        int clientMemoriesMax();

        /** What applications learn later about requests. */
        FeedbackConfig feedback();
    }

    /** Kafka. */
    interface Kafka {
        /** Brokers as host:port list; empty: no control log and no telemetry. */
        Optional<String> bootstrap();

        /** Copies of the control log's topic when the gateway has to create it. */
        @WithDefault("1")
        short replicationFactor();

        /** Longest wait for Kafka in one call of a background thread. */
        @WithDefault("2s")
        Duration callTimeout();
    }

    /** The control API. */
    interface Control {
        /** Address of the control API. */
        @WithDefault("127.0.0.1")
        String host();

        /** Port of the control API; 0: any free one. */
        @WithDefault("8003")
        int port();

        /** Largest body, in bytes. */
        @WithDefault("65536")
        int bodyBytesMax();

        /** Commands that may wait for Kafka at once; more are refused. */
        @WithDefault("32")
        int writesMax();

        /** How long a command may take from the append until this gateway has applied it. */
        @WithDefault("5s")
        Duration applyTimeout();

        /** Rollouts whose latest verdict is kept. */
        @WithDefault("1024")
        int verdictsMax();
    }

    /** Warming up. */
    interface WarmUpConfig {
        /** Whether synthetic requests run before readiness. */
        @WithDefault("true")
        boolean enabled();

        /** Longest warm-up once a worker is there. */
        @WithDefault("12s")
        Duration durationMax();

        /** Requests of one round; rounds repeat until two in a row take equally long and hardly anything is compiled. */
        @WithDefault("200")
        int roundRequests();
    }

    /** Leaving. */
    interface Drain {
        /** Time between readiness falling and the servers closing, for load balancers to see it. */
        @WithDefault("0s")
        Duration delay();

        /** Longest wait for requests in flight. */
        @WithDefault("8s")
        Duration timeout();

        /** Longest wait for the last counts to reach Kafka. */
        @WithDefault("2s")
        Duration telemetryTimeout();
    }
}
