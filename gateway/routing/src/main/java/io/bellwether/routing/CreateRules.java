package io.bellwether.routing;

import io.bellwether.controlapi.log.Command;
import io.bellwether.controlapi.log.CreateRollout;
import io.bellwether.controlapi.log.Step;
import io.bellwether.routing.Problem.Kind;
import java.util.List;
import java.util.regex.Pattern;

/** Rules of the command that creates a rollout. */
final class CreateRules {

    static final int STEPS_MAX = 20;
    static final int BAKE_SECONDS_MAX = 30 * 24 * 3600;

    private static final Pattern VERSION = Pattern.compile("[1-9][0-9]{0,17}");
    private static final Pattern KEY_HEADER = Pattern.compile("[A-Za-z0-9-]{0,64}");

    private CreateRules() {}

    static void check(List<Problem> problems, ControlState state, Command command) {
        CreateRollout create = command.getCreate();
        version(problems, "candidateVersion", create.getCandidateVersion());
        stable(problems, state, command);
        if (create.hasShadow()) {
            ShadowRules.check(problems, create);
        } else {
            steps(problems, create.getStepsList());
            controlArm(problems, create);
        }
        if (!KEY_HEADER.matcher(create.getKeyHeader()).matches()) {
            problems.add(new Problem(
                    Kind.INVALID,
                    "keyHeader",
                    "key header '" + CommandCheck.shown(create.getKeyHeader()) + "' is not valid",
                    "give the name of a request header: at most 64 characters A-Z a-z 0-9 -"));
        }
        problems.addAll(GuardrailDefaults.problems(create.getGuardrails()));
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
        String stable = create.getStableVersion().isEmpty() ? named : create.getStableVersion();
        version(problems, "stableVersion", stable);
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

    private static void steps(List<Problem> problems, List<Step> steps) {
        if (steps.isEmpty() || steps.size() > STEPS_MAX) {
            problems.add(new Problem(
                    Kind.INVALID,
                    "steps",
                    "the rollout has " + steps.size() + " steps, expected 1 to " + STEPS_MAX,
                    "list the weights from the first to the last, for instance 10, 25 and 50 percent"));
            return;
        }
        int before = 0;
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            String field = "steps[" + i + "]";
            int weight = step.getWeightBasisPoints();
            if (weight <= before || weight > Split.BASIS_POINTS) {
                problems.add(new Problem(
                        Kind.INVALID,
                        field + ".weightPercent",
                        field + " has the weight " + weight / 100.0 + " %, expected more than " + before / 100.0
                                + " % and at most 100 %",
                        "let the weights rise from step to step"));
            }
            before = Math.max(before, weight);
            minimum(problems, field + ".bakeSecondsMin", step.getBakeSecondsMin(), BAKE_SECONDS_MAX);
            minimum(problems, field + ".requestsMin", step.getRequestsMin(), Long.MAX_VALUE);
        }
    }

    /** At the whole traffic nothing is left to compare with, so nothing could take a harmful candidate back. */
    private static void controlArm(List<Problem> problems, CreateRollout create) {
        for (int i = 0; i < create.getStepsCount(); i++) {
            if (create.getAutomatic() && create.getSteps(i).getWeightBasisPoints() == Split.BASIS_POINTS) {
                problems.add(new Problem(
                        Kind.INVALID,
                        "steps[" + i + "].weightPercent",
                        "steps[" + i + "] gives the candidate all traffic, which leaves an automatic rollout nothing to"
                                + " compare it with",
                        "end with 50 percent: promotion moves the rest; or make the rollout manual"));
            }
        }
    }

    private static void minimum(List<Problem> problems, String field, long value, long most) {
        if (value < 0 || value > most) {
            problems.add(new Problem(
                    Kind.INVALID, field, field + " is " + value + ", expected 0 to " + most, "give a value in range"));
        }
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
