package io.bellwether.routing;

import io.bellwether.controlapi.log.Command;
import io.bellwether.controlapi.log.CreateRollout;
import io.bellwether.routing.Problem.Kind;
import java.util.List;
import java.util.regex.Pattern;

/** Rules of the command that creates a rollout. */
final class CreateRules {

    private static final Pattern VERSION = Pattern.compile("[1-9][0-9]{0,17}");
    private static final Pattern KEY_HEADER = Pattern.compile("[A-Za-z0-9-]{0,64}");

    private CreateRules() {}

    static void check(List<Problem> problems, ControlState state, Command command) {
        CreateRollout create = command.getCreate();
        boolean ab = create.getArmsCount() > 0;
        if (!ab) {
            version(problems, "candidateVersion", create.getCandidateVersion());
        }
        stable(problems, state, command);
        if (ab) {
            ArmRules.check(problems, create, stableOf(state, command));
        } else if (create.hasShadow()) {
            ShadowRules.check(problems, create);
        } else {
            StepRules.check(problems, create);
        }
        if (!KEY_HEADER.matcher(create.getKeyHeader()).matches()) {
            problems.add(new Problem(
                    Kind.INVALID,
                    "keyHeader",
                    "key header '" + CommandCheck.shown(create.getKeyHeader()) + "' is not valid",
                    "give the name of a request header: at most 64 characters A-Z a-z 0-9 -"));
        }
        if (create.hasTarget()) {
            TargetRules.check(problems, create);
        }
        problems.addAll(GuardrailDefaults.problems(create.getGuardrails()));
        OutcomeRules.checkUse(problems, create);
        if (Actor.of(command.getActor()) != Actor.PERSON) {
            problems.add(new Problem(
                    Kind.INVALID,
                    "actor",
                    "only a person creates a rollout, not '" + CommandCheck.shown(command.getActor()) + "'",
                    "give an actor 'person:<name>'"));
        }
        unused(problems, state, command);
        room(problems, state, command);
    }

    private static void stable(List<Problem> problems, ControlState state, Command command) {
        CreateRollout create = command.getCreate();
        String named = state.stableVersion(command.getModel()).orElse("");
        String stable = stableOf(state, command);
        if (stable.isEmpty()) {
            problems.add(new Problem(
                    Kind.CONFLICT,
                    "stableVersion",
                    "model '" + CommandCheck.shown(command.getModel()) + "' has no stable version yet",
                    "name the version that it is to be compared with"));
        } else {
            version(problems, "stableVersion", stable);
        }
        if (!named.isEmpty() && !stable.equals(named)) {
            problems.add(new Problem(
                    Kind.CONFLICT,
                    "stableVersion",
                    "the stable version of model '" + command.getModel() + "' is '" + named + "', not '"
                            + CommandCheck.shown(stable) + "'",
                    "leave it out, or set the stable version first"));
        }
        if (!stable.isEmpty() && stable.equals(create.getCandidateVersion())) {
            problems.add(new Problem(
                    Kind.INVALID,
                    "candidateVersion",
                    "the candidate is the stable version '" + CommandCheck.shown(stable) + "' itself",
                    "name another version"));
        }
    }

    /** The version that is compared with; empty if none is known. */
    private static String stableOf(ControlState state, Command command) {
        String given = command.getCreate().getStableVersion();
        return given.isEmpty() ? state.stableVersion(command.getModel()).orElse("") : given;
    }

    private static void unused(List<Problem> problems, ControlState state, Command command) {
        state.liveRollout(command.getModel())
                .ifPresent(live -> problems.add(new Problem(
                        Kind.CONFLICT,
                        "model",
                        "rollout '" + live.id() + "' of model '" + command.getModel() + "' is live",
                        "a model has one rollout at a time: promote or abort it first")));
        String id = command.getRolloutId();
        boolean liveElsewhere = state.liveRollouts().stream()
                .anyMatch(live -> live.id().equals(id) && !live.plan().model().equals(command.getModel()));
        if (state.endedIds().containsKey(id) || liveElsewhere) {
            problems.add(new Problem(
                    Kind.CONFLICT,
                    "id",
                    "a rollout with the id '" + id + "' has existed before",
                    "choose another id, or leave it out to get one"));
        }
        if (state.endedIds().size() + state.liveRollouts().size() >= ControlState.ENDED_IDS_MAX) {
            problems.add(new Problem(
                    Kind.CONFLICT,
                    "id",
                    "the control log already has " + ControlState.ENDED_IDS_MAX + " rollouts",
                    "start a new control log"));
        }
    }

    static void room(List<Problem> problems, ControlState state, Command command) {
        if (!state.models().containsKey(command.getModel()) && state.models().size() >= ControlState.MODELS_MAX) {
            problems.add(new Problem(
                    Kind.CONFLICT,
                    "model",
                    "the control log already names " + ControlState.MODELS_MAX + " models",
                    "start a new control log"));
        }
    }

    static void version(List<Problem> problems, String field, String version) {
        if (!VERSION.matcher(version).matches()) {
            problems.add(new Problem(
                    Kind.INVALID,
                    field,
                    field + " '" + CommandCheck.shown(version) + "' is not a version",
                    "give the number of a version folder in the model repository, for instance 2"));
        }
    }
}
