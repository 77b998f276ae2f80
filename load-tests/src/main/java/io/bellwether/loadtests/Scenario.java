package io.bellwether.loadtests;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What to ask for, of whom, how often.
 *
 * @param name of the scenario, for results
 * @param model asked for
 * @param version asked for; empty to let the route decide
 * @param tenant whom they belong to; empty to say nothing
 * @param protocol of the requests
 * @param target where they go
 * @param pattern of the gaps between requests
 * @param rates requests per second, one stretch after the other
 * @param warmupSeconds before each stretch, not counted
 * @param durationSeconds of each stretch; 0 for until stopped
 * @param seed of schedules and rows
 * @param inFlightMax most unanswered requests
 * @param connections most TCP connections (REST)
 * @param timeoutMillis deadline of each request
 * @param input name of the model's input
 * @param inputFile the samples
 */
record Scenario(
        String name,
        String model,
        String version,
        String tenant,
        Protocol protocol,
        Target target,
        Arrivals.Pattern pattern,
        List<Double> rates,
        long warmupSeconds,
        long durationSeconds,
        long seed,
        int inFlightMax,
        int connections,
        long timeoutMillis,
        String input,
        Path inputFile) {
    /** Deadline of a request, and longest wait for the last answers, where no file says another. */
    static final long PATIENCE_MILLIS = 5000;

    private static final int USUAL_IN_FLIGHT_MAX = 4096;
    private static final int USUAL_CONNECTIONS = 64;

    /** What a sender needs: a model and how and where to ask this machine for it; the rest is as usual or absent. */
    static Scenario bare(String model, Protocol protocol, String target) throws LoadProblem {
        Target parsed = Target.parse(target);
        parsed.requireLoopback();
        return new Scenario(
                "",
                model,
                "",
                "",
                protocol,
                parsed,
                Arrivals.Pattern.POISSON,
                List.of(),
                0,
                0,
                0,
                USUAL_IN_FLIGHT_MAX,
                USUAL_CONNECTIONS,
                PATIENCE_MILLIS,
                "",
                Path.of(""));
    }

    /** How requests travel. */
    enum Protocol {
        /** JSON. */
        REST("BELLWETHER_REST", "127.0.0.1:8000"),
        /** REST with tensors as bytes behind a JSON head. */
        BINARY("BELLWETHER_REST", "127.0.0.1:8000"),
        GRPC("BELLWETHER_GRPC", "127.0.0.1:8001");

        private final String variable;
        private final String usual;

        Protocol(String variable, String usual) {
            this.variable = variable;
            this.usual = usual;
        }

        /** Where a gateway is asked when nothing else is said: the platform that the environment names. */
        String usualTarget(Map<String, String> environment) {
            return environment.getOrDefault(variable, usual);
        }
    }

    /**
     * A host and a port.
     *
     * @param path of every request, for servers with paths of their own; empty for that of the protocol
     */
    record Target(String host, int port, String path) {
        Target(String host, int port) {
            this(host, port, "");
        }

        /** @throws LoadProblem when the text is not {@code host:port} */
        static Target parse(String text) throws LoadProblem {
            int slash = text.indexOf('/');
            String address = slash < 0 ? text : text.substring(0, slash);
            String path = slash < 0 ? "" : text.substring(slash);
            int colon = address.lastIndexOf(':');
            try {
                int port = Integer.parseInt(address.substring(colon + 1));
                if (colon > 0 && port > 0 && port < 65536) {
                    return new Target(address.substring(0, colon), port, path);
                }
            } catch (NumberFormatException e) {
                throw new LoadProblem("the target '" + text + "' must be host:port, as in 127.0.0.1:8000", e);
            }
            throw new LoadProblem("the target '" + text + "' must be host:port, as in 127.0.0.1:8000");
        }

        /** A load test against someone else's machine must be meant. */
        void requireLoopback() throws LoadProblem {
            try {
                if (InetAddress.getByName(host).isLoopbackAddress()) {
                    return;
                }
            } catch (UnknownHostException e) {
                throw new LoadProblem("the target host '" + host + "' is unknown", e);
            }
            throw new LoadProblem("the target " + this + " is not this machine; add --allow-remote if you mean it");
        }

        @Override
        public String toString() {
            return host + ":" + port + path;
        }
    }

    LoadDriver.Plan plan(double rate) {
        return new LoadDriver.Plan(pattern, rate, warmupSeconds, durationSeconds, seed, inFlightMax, timeoutMillis);
    }

    /** The same, asked of someone else. */
    Scenario at(Protocol newProtocol, Target newTarget) {
        return new Scenario(
                name,
                model,
                version,
                tenant,
                newProtocol,
                newTarget,
                pattern,
                rates,
                warmupSeconds,
                durationSeconds,
                seed,
                inFlightMax,
                connections,
                timeoutMillis,
                input,
                inputFile);
    }

    /** As it goes into a result, in the words of the scenario file. */
    Map<String, Object> fields() {
        return Map.ofEntries(
                Map.entry("name", name),
                Map.entry("model", model),
                Map.entry("version", version),
                Map.entry("tenant", tenant),
                Map.entry("protocol", protocol.name().toLowerCase(Locale.ROOT)),
                Map.entry("target", target.toString()),
                Map.entry("arrivals", pattern.name().toLowerCase(Locale.ROOT)),
                Map.entry("rates", rates),
                Map.entry("warmup_seconds", warmupSeconds),
                Map.entry("duration_seconds", durationSeconds),
                Map.entry("seed", seed),
                Map.entry("in_flight_max", inFlightMax),
                Map.entry("connections", connections),
                Map.entry("timeout_millis", timeoutMillis),
                Map.entry("input", input));
    }
}
