package io.bellwether.loadtests.simulation;

import io.bellwether.gateway.inference.InferenceResult.Trace;
import io.bellwether.loadtests.simulation.TrafficReferee.Client;
import io.bellwether.loadtests.simulation.Violation.Rule;
import io.bellwether.routing.Rollout;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Whom the clients of A/B/n met, over all gateways. A client belongs to one arm, or to the stable version, from beginning to
 * end; the stable version answers for an arm that was taken back or is not ready.
 */
final class ArmClients {
    private static final String STABLE = "";
    private final Map<Client, String> met = new HashMap<>();

    /**
     * A client was answered, or refused after it was routed.
     *
     * @param fallback whether the stable version answered for an arm
     */
    void met(Asked asked, Trace trace, Rollout rollout, Predicate<String> fallback) {
        Client client = new Client(rollout.id(), asked.user());
        String before = met.get(client);
        if (trace.arm().startsWith("CANDIDATE")) {
            demand(before == null || before.equals(trace.version()), asked, rollout, before, trace.version());
            met.put(client, trace.version());
        } else if (before != null && !before.equals(STABLE)) {
            demand(fallback.test(before), asked, rollout, before, "the stable version");
        } else if (rollout.plan().triedVersions().stream().noneMatch(fallback)) {
            met.put(client, STABLE);
        }
    }

    private static void demand(boolean holds, Asked asked, Rollout rollout, String before, String now) {
        TrafficReferee.demand(
                holds,
                Rule.STICKY,
                asked,
                asked.user() + " met " + (STABLE.equals(before) ? "the stable version" : before) + " and then " + now
                        + ", rollout " + rollout.id());
    }
}
