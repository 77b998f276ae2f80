package io.bellwether.routing;

import io.bellwether.controlapi.log.Shadow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Says which version serves a request; an immutable value derived from a {@link ControlState} and {@link KilledRollouts}.
 *
 * <ul>
 *   <li>A client that names a version gets that version ({@link Arm#PINNED}) or none.
 *   <li>Without a rollout the stable version serves. If no command ever named one, it is the lowest version number that
 *       is ready; a version that merely appears gets no unpinned traffic.
 *   <li>With a live rollout the key decides, see {@link Split}. While the candidate is ready on no worker, its share is
 *       served by the stable version and counts as {@link Arm#STABLE_REST}: it is no evidence.
 *   <li>The arms of an A/B/n are treated alike, each by itself, see {@link ArmSplit}: one that is ready nowhere, or that this
 *       gateway killed, is served by the stable version, and the others go on.
 *   <li>A request outside the {@link Audience} of the rollout is routed as if there were none.
 *   <li>The candidate of a rollout that this gateway killed itself has weight 0, whatever the log says of it.
 *   <li>While the stable version is ready on no worker its share is not served. It is never replaced by another version:
 *       that would give unjudged traffic to a candidate, or bring an old version back.
 * </ul>
 *
 * Safe for use by many threads; a call allocates only its result.
 */
public final class RouteTable {

    private final Map<String, ModelRoute> models;
    private final long routeVersion;

    private RouteTable(Map<String, ModelRoute> models, long routeVersion) {
        this.models = Map.copyOf(models);
        this.routeVersion = routeVersion;
    }

    static RouteTable of(ControlState state, KilledRollouts killed) {
        Map<String, ModelRoute> models = new HashMap<>();
        state.models().forEach((name, model) -> models.put(name, ModelRoute.of(model, killed)));
        return new RouteTable(models, state.routeVersion());
    }

    /** Position in the control log of the last command that changed routes; -1 when none did. */
    public long routeVersion() {
        return routeVersion;
    }

    /** Request header whose value is the sticky key of the model; empty: the request id is. */
    public String keyHeader(String model) {
        return models.getOrDefault(model, ModelRoute.NONE).keyHeader();
    }

    /** Whose requests the rollout of the model is about; everybody's if there is none. */
    public Audience audience(String model) {
        return models.getOrDefault(model, ModelRoute.NONE).audience();
    }

    /**
     * Routes one request of the audience.
     *
     * @param model name of the model, known to this table or not
     * @param requestedVersion version that the client named; empty when it named none
     * @param key sticky key: value of the {@link #keyHeader} if the request has it, else the request id
     * @param readyVersions versions of the model that are ready on at least one worker
     */
    public Route route(String model, String requestedVersion, String key, Set<String> readyVersions) {
        if (!requestedVersion.isEmpty()) {
            return readyVersions.contains(requestedVersion)
                    ? new Route.Routed(requestedVersion, Arm.PINNED, "")
                    : new Route.NoRoute(Route.Reason.VERSION_NOT_READY, requestedVersion);
        }
        return models.getOrDefault(model, ModelRoute.NONE).route(key, readyVersions);
    }

    /**
     * Routes one request outside the audience.
     *
     * @param model name of the model, known to this table or not
     * @param readyVersions as for {@link #route}
     */
    public Route routeOutside(String model, Set<String> readyVersions) {
        return models.getOrDefault(model, ModelRoute.NONE).outside(readyVersions);
    }

    /**
     * Where the requests of the audience go that name no version: what {@link #route} does with all keys together. The
     * candidate's parts come first. Empty when no version is known.
     *
     * @param readyVersions as for {@link #route}
     */
    public List<RouteShare> shares(String model, Set<String> readyVersions) {
        return models.getOrDefault(model, ModelRoute.NONE).shares(readyVersions);
    }

    /**
     * What is copied of an answered request of the audience that named no version; empty when nothing is. A key that is
     * copied stays so while the rollout lives.
     *
     * @param key as for {@link #route}
     * @param readyVersions as for {@link #route}
     */
    public Optional<ShadowCopy> shadow(String model, String key, Set<String> readyVersions) {
        return models.getOrDefault(model, ModelRoute.NONE).shadow(key, readyVersions);
    }

    /**
     * Whose request of the audience it is, if the model's rollout is split by client and the share of the client is compared
     * now; empty otherwise. It says so whichever version serves the request: while the candidate is ready nowhere, its clients are
     * named like those of control, so that a memory of clients learns of both arms alike.
     *
     * @param key as for {@link #route}
     */
    public Optional<ComparedClient> comparedClient(String model, String key) {
        return models.getOrDefault(model, ModelRoute.NONE).comparedClient(key);
    }

    /** What the model's rollout declares of its requests. */
    public Declared declared(String model) {
        return models.getOrDefault(model, ModelRoute.NONE).declared();
    }

    /** The version that serves unpinned traffic outside a candidate's share, ready or not; empty when none is known. */
    public Optional<String> stableVersion(String model, Set<String> readyVersions) {
        String version = models.getOrDefault(model, ModelRoute.NONE).stable(readyVersions);
        return version.isEmpty() ? Optional.empty() : Optional.of(version);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RouteTable table && table.routeVersion == routeVersion && table.models.equals(models);
    }

    @Override
    public int hashCode() {
        return 31 * models.hashCode() + Long.hashCode(routeVersion);
    }

    /** Routes of one model; weight 0 when there is no live rollout. */
    private record ModelRoute(
            String stableVersion,
            String candidateVersion,
            int weight,
            String rolloutId,
            long seed,
            String keyHeader,
            Audience audience,
            Optional<Shadow> copies,
            Declared declared,
            ArmSplit arms) {

        static final ModelRoute NONE = withoutRollout("");

        static ModelRoute of(ModelControl model, KilledRollouts killed) {
            return model.live().map(live -> of(live, killed)).orElseGet(() -> withoutRollout(model.stableVersion()));
        }

        private static ModelRoute withoutRollout(String stableVersion) {
            return new ModelRoute(
                    stableVersion,
                    "",
                    0,
                    "",
                    0,
                    "",
                    Audience.everybody(),
                    Optional.empty(),
                    Declared.NOTHING,
                    ArmSplit.NONE);
        }

        private static ModelRoute of(Rollout.Live live, KilledRollouts kills) {
            RolloutPlan plan = live.plan();
            boolean killed = kills.contains(live.id());
            List<String> taken = live.trail().armsTakenBack();
            int weight = killed ? 0 : live.weightBasisPoints();
            ArmSplit arms = ArmSplit.of(plan.arms(), arm -> !taken.contains(arm) && !kills.contains(live.id(), arm));
            return new ModelRoute(
                    plan.stableVersion(),
                    plan.candidateVersion(),
                    weight,
                    plan.id(),
                    Split.seed(plan.id()),
                    plan.keyHeader(),
                    plan.audience(),
                    live instanceof Rollout.Running && !killed ? plan.shadow() : Optional.empty(),
                    new Declared(
                            Slices.of(plan.guardrails()),
                            killed ? List.of() : plan.guardrails().getOutcomesList(),
                            plan.keyHeader().isEmpty() ? draw(plan, weight, arms) : Draw.NONE),
                    arms);
        }

        private static Draw draw(RolloutPlan plan, int weight, ArmSplit arms) {
            return plan.isAb()
                    ? arms.draw(plan.stableVersion())
                    : new Draw(
                            Math.min(weight, Split.BASIS_POINTS - weight),
                            Set.copyOf(List.of(plan.stableVersion(), plan.candidateVersion())));
        }

        Optional<ShadowCopy> shadow(String key, Set<String> readyVersions) {
            if (copies.isEmpty() || !readyVersions.contains(candidateVersion)) {
                return Optional.empty();
            }
            Shadow shadow = copies.get();
            int bucket = Split.bucket(seed, key);
            int share = shadow.getShareBasisPoints();
            if (bucket >= share) {
                return Optional.empty();
            }
            boolean twin = (long) bucket * Split.BASIS_POINTS < (long) share * shadow.getTwinBasisPoints();
            return Optional.of(new ShadowCopy(rolloutId, candidateVersion, twin, shadow.getComparison()));
        }

        Optional<ComparedClient> comparedClient(String key) {
            if (keyHeader.isEmpty() || weight == 0) {
                return Optional.empty();
            }
            return switch (armOf(Split.bucket(seed, key))) {
                case CANDIDATE, CONTROL -> Optional.of(new ComparedClient(rolloutId, Split.client(seed, key)));
                case CANDIDATE_REST, STABLE_REST, PINNED -> Optional.empty();
            };
        }

        /** Of a live rollout. */
        private Arm armOf(int bucket) {
            return isAb() ? arms.at(bucket).arm() : Split.arm(weight, bucket);
        }

        /** A live rollout without a candidate is one with arms. */
        private boolean isAb() {
            return candidateVersion.isEmpty() && !rolloutId.isEmpty();
        }

        Route route(String key, Set<String> readyVersions) {
            int bucket = rolloutId.isEmpty() ? 0 : Split.bucket(seed, key);
            Arm arm = rolloutId.isEmpty() ? Arm.STABLE_REST : armOf(bucket);
            String tried = isAb() ? arms.at(bucket).version() : candidateVersion;
            boolean candidate = arm == Arm.CANDIDATE || arm == Arm.CANDIDATE_REST;
            if (candidate && readyVersions.contains(tried)) {
                return new Route.Routed(tried, arm, rolloutId);
            }
            String version = stable(readyVersions);
            return readyVersions.contains(version)
                    ? new Route.Routed(version, candidate ? Arm.STABLE_REST : arm, rolloutId)
                    : new Route.NoRoute(Route.Reason.NOT_READY, version);
        }

        Route outside(Set<String> readyVersions) {
            String version = stable(readyVersions);
            return readyVersions.contains(version)
                    ? new Route.Routed(version, Arm.STABLE_REST, "")
                    : new Route.NoRoute(Route.Reason.NOT_READY, version);
        }

        List<RouteShare> shares(Set<String> readyVersions) {
            String stable = stable(readyVersions);
            if (stable.isEmpty()) {
                return List.of();
            }
            boolean stableReady = readyVersions.contains(stable);
            if (isAb()) {
                return arms.shares(stable, stableReady, readyVersions::contains);
            }
            boolean candidateReady = readyVersions.contains(candidateVersion);
            int compared = Math.min(weight, Split.BASIS_POINTS - weight);
            int rest = Split.BASIS_POINTS - weight - compared;
            List<RouteShare> all = new ArrayList<>();
            if (candidateReady) {
                all.add(new RouteShare(candidateVersion, Arm.CANDIDATE, compared, true));
                all.add(new RouteShare(candidateVersion, Arm.CANDIDATE_REST, weight - compared, true));
            }
            all.add(new RouteShare(stable, Arm.CONTROL, compared, stableReady));
            all.add(new RouteShare(stable, Arm.STABLE_REST, candidateReady ? rest : rest + weight, stableReady));
            all.removeIf(share -> share.basisPoints() == 0);
            return all;
        }

        String stable(Set<String> readyVersions) {
            return stableVersion.isEmpty() ? Versions.lowest(readyVersions) : stableVersion;
        }
    }
}
