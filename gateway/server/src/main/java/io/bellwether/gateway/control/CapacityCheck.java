package io.bellwether.gateway.control;

import io.bellwether.controlapi.log.Command;
import io.bellwether.controlapi.log.CreateRollout;
import io.bellwether.gateway.capacity.FleetCapacity;
import io.bellwether.gateway.capacity.ModelProjection;
import io.bellwether.gateway.capacity.NextStep;
import io.bellwether.gateway.capacity.Preflight;
import io.bellwether.gateway.control.WriteResult.Reason;
import io.bellwether.gateway.control.WriteResult.Refused;
import io.bellwether.routing.Rollout;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Whether candidates could carry what a command would give them. It is asked in front of the control log and only of people:
 * what this gateway knows of its workers must not decide how a replica folds. Never completes exceptionally.
 */
final class CapacityCheck {
    private final FleetCapacity fleet;

    CapacityCheck(FleetCapacity fleet) {
        this.fleet = fleet;
    }

    /**
     * Of a rollout to be created: at every weight up to all of the traffic. A shadow carries nothing.
     *
     * @param versions that it would try
     */
    CompletionStage<Optional<Refused>> ofCreate(Command command, List<String> versions) {
        CreateRollout create = command.getCreate();
        CompletionStage<Optional<Refused>> first = CompletableFuture.completedFuture(Optional.empty());
        if (create.getIgnoreCapacity() || create.hasShadow()) {
            return first;
        }
        for (String version : versions) {
            first = first.thenCompose(found -> found.isPresent()
                    ? CompletableFuture.completedFuture(found)
                    : overload(
                            command.getModel(), create.getStableVersion(), version, ModelProjection.WEIGHTS_PERCENT));
        }
        return first;
    }

    /** Of an advance or a promotion: at the weight that the candidate would have then. */
    CompletionStage<Optional<Refused>> ofMove(Rollout rollout, Command command) {
        Optional<NextStep> step =
                rollout instanceof Rollout.Live live && !live.plan().ignoresCapacity()
                        ? step(live, command)
                        : Optional.empty();
        return step.map(next -> overload(
                        rollout.plan().model(),
                        next.rollout().plan().stableVersion(),
                        next.rollout().plan().candidateVersion(),
                        List.of(next.weightPercent())))
                .orElseGet(() -> CompletableFuture.completedFuture(Optional.empty()));
    }

    private static Optional<NextStep> step(Rollout.Live live, Command command) {
        if (command.hasAdvance()) {
            return live instanceof Rollout.Running running ? NextStep.advance(running) : Optional.empty();
        }
        if (live.plan().shadow().isPresent()) {
            return Optional.empty();
        }
        String arm = command.getPromote().getVersion();
        return live.judged().stream()
                .filter(one -> arm.isEmpty() || one.plan().candidateVersion().equals(arm))
                .findFirst()
                .flatMap(one -> NextStep.promotion(one, live.plan().isAb()));
    }

    private CompletionStage<Optional<Refused>> overload(
            String model, String stable, String candidate, List<Integer> weightsPercent) {
        return fleet.between(model, stable, candidate, weightsPercent)
                .thenApply(known -> known.flatMap(projection -> Preflight.problem(projection, stable, candidate))
                        .map(problem -> new Refused(
                                Reason.CONFLICT,
                                problem + "; give the candidate more workers or instances, or repeat the command with"
                                        + " --ignore-capacity (ignoreCapacity)")));
    }
}
