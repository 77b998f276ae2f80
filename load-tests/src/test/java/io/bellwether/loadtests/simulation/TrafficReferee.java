package io.bellwether.loadtests.simulation;

import io.bellwether.gateway.inference.InferenceResult;
import io.bellwether.gateway.inference.InferenceResult.NotServed;
import io.bellwether.gateway.inference.InferenceResult.Served;
import io.bellwether.gateway.inference.InferenceResult.Trace;
import io.bellwether.loadtests.simulation.Violation.Rule;
import io.bellwether.routing.Kill;
import io.bellwether.routing.Rollout;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Sees every request and every answer. Which versions and weights there were it takes from the log, not from the gateway. */
final class TrafficReferee {
    /** Time of a request, and of what may hold up its end. */
    private static final long OUTCOME_NANOS_MAX = 2 * Agenda.SECOND;
    /** A gateway pauses for 10 s at most before it tells the log of a kill again. */
    private static final long TELL_NANOS_MAX = 12 * Agenda.SECOND;

    private final Agenda agenda;
    private final LogReferee log;
    private final History history;
    private final Tallies tallies;
    private final Map<Long, Asked> open = new LinkedHashMap<>();
    private final Map<String, Set<String>> killsKnown = new HashMap<>();
    private final Map<String, Long> killedNanos = new HashMap<>();
    private final Map<String, Long> routeVersions = new HashMap<>();
    private final Map<Client, Met> met = new HashMap<>();
    private final ArmClients arms = new ArmClients();

    /** A client of a rollout. */
    record Client(String rolloutId, String user) {}

    /** Least weight at which a client met the candidate, most weight at which it met the stable version. */
    private static final class Met {
        private int candidateFrom = Integer.MAX_VALUE;
        private int stableTo = -1;
    }

    TrafficReferee(Agenda agenda, LogReferee log, History history, Tallies tallies) {
        this.agenda = agenda;
        this.log = log;
        this.history = history;
        this.tallies = tallies;
    }

    /** A gateway starts with what its disk has. */
    void started(String gateway, long position, Set<String> killsOnDisk) {
        Set<String> known = new HashSet<>(killsOnDisk);
        log.at(position).endedIds().keySet().stream()
                .filter(id -> log.isKilled(id, position))
                .forEach(known::add);
        log.at(position).liveRollouts().forEach(live -> known.addAll(ArmReferee.takenBack(live)));
        killsKnown.put(gateway, Set.copyOf(known));
        routeVersions.put(gateway, log.at(position).routeVersion());
        history.add(gateway, "starts at position " + position + " with the kills " + known);
    }

    /** A gateway has learnt that a candidate was taken back. */
    void knows(String gateway, String rolloutId) {
        Set<String> known = killsKnown.get(gateway);
        if (!known.contains(rolloutId)) {
            Set<String> more = new HashSet<>(known);
            more.add(rolloutId);
            killsKnown.put(gateway, Set.copyOf(more));
            killedNanos.putIfAbsent(rolloutId, agenda.nowNanos());
            history.add(gateway, "knows that " + rolloutId + " is killed");
        }
    }

    /** Kills that a gateway knows of. */
    Set<String> known(String gateway) {
        return killsKnown.getOrDefault(gateway, Set.of());
    }

    void asked(Asked asked, long routeVersion) {
        open.put(asked.number(), asked);
        tallies.add("requests");
        long before = routeVersions.put(asked.known().gateway(), routeVersion);
        if (routeVersion < before) {
            throw new Violation(
                    Rule.MONOTONE,
                    asked.known().gateway() + " routes by " + routeVersion + " after it routed by " + before);
        }
    }

    /** The connection to a gateway broke: what was under way has its outcome. */
    void gatewayDied(String gateway) {
        open.values().removeIf(asked -> {
            boolean gone = asked.known().gateway().equals(gateway);
            if (gone) {
                ended(asked);
                tallies.add("requests cut off");
            }
            return gone;
        });
    }

    void answered(Asked asked, InferenceResult result) {
        ended(asked);
        open.remove(asked.number());
        Trace trace = result.trace();
        demand(trace.requestId().equals(asked.id()), Rule.NO_CROSSING, asked, "the answer is to " + trace.requestId());
        if (result instanceof Served served) {
            tallies.add("requests served");
            content(asked, served);
        } else {
            tallies.add("requests failed: " + ((NotServed) result).refusal().reason());
        }
        if (trace.isRouted() && !trace.rolloutId().isEmpty()) {
            inRollout(asked, trace);
        }
    }

    private void ended(Asked asked) {
        demand(asked.end() == 1, Rule.ONE_OUTCOME, asked, "it has another outcome already");
    }

    private static void content(Asked asked, Served served) {
        demand(served.response().getId().equals(asked.id()), Rule.NO_CROSSING, asked, "the answer has another id");
        demand(
                served.response().getModelName().equals(asked.model())
                        && served.response()
                                .getModelVersion()
                                .equals(served.trace().version()),
                Rule.NO_CROSSING,
                asked,
                "the answer is of " + served.response().getModelName() + " "
                        + served.response().getModelVersion() + ", the trace says " + served.trace());
        long number = served.response()
                .getRawOutputContents(0)
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .getLong();
        demand(number == asked.number(), Rule.NO_CROSSING, asked, "the answer is that to request " + number);
    }

    private void inRollout(Asked asked, Trace trace) {
        Rollout rollout =
                log.at(trace.routeVersion()).rollout(trace.rolloutId()).orElse(null);
        demand(rollout != null, Rule.NO_CROSSING, asked, "there was no such rollout: " + trace);
        boolean candidate = trace.arm().startsWith("CANDIDATE");
        List<String> versions = candidate
                ? rollout.plan().triedVersions()
                : List.of(rollout.plan().stableVersion());
        demand(
                trace.version().isEmpty() || versions.contains(trace.version()),
                Rule.NO_CROSSING,
                asked,
                "arm and version do not fit: " + trace);
        if (candidate) {
            tallies.add(rollout.plan().isAb() ? "requests to arms" : "requests to candidates");
            demand(
                    !isKilled(asked, rollout, trace.version()),
                    Rule.KILLED_STAYS_KILLED,
                    asked,
                    asked.known().gateway() + " knew that it was killed: " + trace);
        }
        if (!rollout.plan().keyHeader().isEmpty() && rollout.plan().isAb()) {
            arms.met(asked, trace, rollout, version -> isFallback(asked, rollout, version));
        } else if (!rollout.plan().keyHeader().isEmpty()
                && !isFallback(asked, rollout, rollout.plan().candidateVersion())) {
            sticky(asked, trace, candidate, rollout.weightBasisPoints());
        }
    }

    /** Whether the gateway knew that the rollout, or its arm of a version, was taken back. */
    private static boolean isKilled(Asked asked, Rollout rollout, String version) {
        Set<String> kills = asked.known().kills();
        String arm = Kill.key(rollout.id(), version);
        return kills.contains(rollout.id())
                || kills.contains(arm)
                || ArmReferee.takenBack(rollout).contains(arm);
    }

    /** Whether the stable version answers for a tried one. */
    private static boolean isFallback(Asked asked, Rollout rollout, String version) {
        return isKilled(asked, rollout, version)
                || !asked.known().readyVersions().contains(version);
    }

    private void sticky(Asked asked, Trace trace, boolean candidate, int weight) {
        Met client = met.computeIfAbsent(new Client(trace.rolloutId(), asked.user()), key -> new Met());
        if (candidate) {
            client.candidateFrom = Math.min(client.candidateFrom, weight);
        } else {
            client.stableTo = Math.max(client.stableTo, weight);
        }
        demand(
                client.stableTo < client.candidateFrom,
                Rule.STICKY,
                asked,
                asked.user() + " met the candidate at weight " + client.candidateFrom + " and the stable version at "
                        + client.stableTo + ", rollout " + trace.rolloutId());
    }

    /** Looks for requests that should have ended. */
    void sweep(Map<String, Host> gateways) {
        for (Asked asked : open.values()) {
            Host gateway = gateways.get(asked.known().gateway());
            long sinceNanos = Math.max(asked.known().atNanos(), gateway.pausedUntilNanos());
            demand(
                    gateway.isPaused() || agenda.nowNanos() - sinceNanos <= OUTCOME_NANOS_MAX,
                    Rule.ONE_OUTCOME,
                    asked,
                    "it has no outcome after "
                            + (agenda.nowNanos() - asked.known().atNanos()) / Agenda.MILLI + " ms");
        }
    }

    /** It was calm for long enough: the log knows of every kill that a gateway still knows of. */
    void settled(long calmNanos) {
        killsKnown.forEach((gateway, known) -> known.forEach(id -> {
            long sinceNanos = Math.max(calmNanos, killedNanos.getOrDefault(id, 0L));
            if (agenda.nowNanos() - sinceNanos > TELL_NANOS_MAX && !log.isHeard(id)) {
                throw new Violation(
                        Rule.KILL_IS_HEARD, gateway + " killed " + id + ", and the log does not know of it");
            }
        }));
    }

    static void demand(boolean holds, Rule rule, Asked asked, String what) {
        if (!holds) {
            throw new Violation(
                    rule, "request " + asked.id() + " to " + asked.known().gateway() + ": " + what);
        }
    }
}
