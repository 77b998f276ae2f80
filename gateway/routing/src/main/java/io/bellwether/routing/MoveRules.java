package io.bellwether.routing;

import io.bellwether.controlapi.log.Command;
import io.bellwether.routing.Problem.Kind;
import java.util.List;
import java.util.Optional;

/** Rules of the commands that move a rollout. */
final class MoveRules {

    private MoveRules() {}

    static void check(List<Problem> problems, ControlState state, Command command) {
        String id = command.getRolloutId();
        Optional<Rollout.Live> named = state.liveRollout(command.getModel())
                .filter(rollout -> rollout.id().equals(id));
        if (named.isEmpty()) {
            problems.add(absent(state, command));
            return;
        }
        Rollout.Live live = named.get();
        switch (command.getActionCase()) {
            case ADVANCE -> {
                trafficked(problems, live);
                fresh(problems, live, command);
                raiser(problems, live, command);
                advance(problems, live, command.getAdvance().getToStep());
            }
            case HOLD -> {
                fresh(problems, live, command);
                if (live instanceof Rollout.Held) {
                    problems.add(conflict("state", "rollout '" + id + "' is already held", "nothing is to be done"));
                }
            }
            case RESUME -> {
                fresh(problems, live, command);
                resume(problems, live, command);
            }
            case PROMOTE -> {
                trafficked(problems, live);
                fresh(problems, live, command);
                raiser(problems, live, command);
                promote(problems, live, command);
                arm(problems, live, command.getPromote().getVersion(), true);
                chosen(problems, live, command);
            }
            case ROLL_BACK -> arm(problems, live, command.getRollBack().getVersion(), false);
            case ABORT -> {
                // Like to roll back, legal in every live state, whatever version the issuer saw.
            }
            default -> throw new IllegalArgumentException("not a move: " + command.getActionCase());
        }
    }

    private static Problem absent(ControlState state, Command command) {
        String id = command.getRolloutId();
        RolloutState end = state.endedIds().get(id);
        if (end != null) {
            return conflict("id", "rollout '" + id + "' has ended: " + end, "create a new rollout");
        }
        return new Problem(
                Kind.UNKNOWN,
                "id",
                "model '" + CommandCheck.shown(command.getModel()) + "' has no live rollout '" + CommandCheck.shown(id)
                        + "'",
                "list the rollouts");
    }

    private static void fresh(List<Problem> problems, Rollout.Live live, Command command) {
        if (command.getBasedOnVersion() != live.version()) {
            problems.add(conflict(
                    "basedOnVersion",
                    "the command is based on version " + command.getBasedOnVersion() + " of rollout '" + live.id()
                            + "', which has version " + live.version() + " now",
                    "look at the rollout again, then repeat the command"));
        }
    }

    private static void raiser(List<Problem> problems, Rollout.Live live, Command command) {
        Actor actor = Actor.of(command.getActor());
        if (!actor.mayRaiseWeight()) {
            problems.add(new Problem(
                    Kind.INVALID,
                    "actor",
                    "'" + CommandCheck.shown(command.getActor()) + "' may not raise a candidate's weight",
                    "give an actor 'person:<name>'"));
        }
        if (actor == Actor.MONITORING && !live.plan().automatic()) {
            problems.add(conflict(
                    "automatic", "rollout '" + live.id() + "' is not automatic", "let a person give the command"));
        }
        if (actor != Actor.PERSON && live.stepGated()) {
            problems.add(conflict(
                    "gate",
                    "step " + (live.step() + 1) + " of rollout '" + live.id() + "' ends at a manual gate",
                    "let a person advance or promote it"));
        }
    }

    private static void advance(List<Problem> problems, Rollout.Live live, int toStep) {
        if (!(live instanceof Rollout.Running running)) {
            problems.add(held(live));
        } else if (live.plan().shadow().isPresent()) {
            return;
        } else if (!running.hasNextStep()) {
            problems.add(conflict(
                    "step", "rollout '" + live.id() + "' is in its last step " + live.step(), "promote or abort it"));
        } else if (toStep != live.step() + 1) {
            problems.add(conflict(
                    "step",
                    "the next step of rollout '" + live.id() + "' is " + (live.step() + 1) + ", not " + toStep,
                    "advance one step at a time"));
        }
    }

    private static void resume(List<Problem> problems, Rollout.Live live, Command command) {
        if (!(live instanceof Rollout.Held held)) {
            problems.add(conflict("state", "rollout '" + live.id() + "' is not held", "nothing is to be done"));
            return;
        }
        Actor actor = Actor.of(command.getActor());
        boolean ownHold = actor == Actor.MONITORING && Actor.of(held.heldBy()) == Actor.MONITORING;
        if (actor != Actor.PERSON && !ownHold) {
            problems.add(conflict(
                    "actor",
                    "rollout '" + live.id() + "' is held by '" + held.heldBy() + "'",
                    "let a person resume it"));
        }
    }

    private static void promote(List<Problem> problems, Rollout.Live live, Command command) {
        if (live instanceof Rollout.Held && Actor.of(command.getActor()) != Actor.PERSON) {
            problems.add(held(live));
        }
    }

    /** Which of the tried versions a command is about. */
    private static void arm(List<Problem> problems, Rollout.Live live, String version, boolean required) {
        List<String> tried = live.plan().triedVersions();
        if (version.isEmpty()) {
            if (required && live.plan().isAb()) {
                problems.add(conflict(
                        "arm",
                        "rollout '" + live.id() + "' has several arms and the command names none",
                        "name one of "
                                + live.liveArms().stream()
                                        .map(PlannedArm::version)
                                        .toList()));
            }
        } else if (!tried.contains(version)) {
            problems.add(new Problem(
                    Kind.UNKNOWN,
                    "arm",
                    "rollout '" + live.id() + "' does not try version '" + CommandCheck.shown(version) + "'",
                    "name one of " + tried));
        } else if (live.trail().armsTakenBack().contains(version)) {
            problems.add(conflict(
                    "arm",
                    "arm '" + version + "' of rollout '" + live.id() + "' was taken back, and stays so",
                    required
                            ? "promote another arm, or try the version again in a new rollout"
                            : "nothing is to be done"));
        }
    }

    /** No harm was shown of any arm that is left; which of them is the best is another question, and a person's. */
    private static void chosen(List<Problem> problems, Rollout.Live live, Command command) {
        if (live.liveArms().size() > 1 && Actor.of(command.getActor()) != Actor.PERSON) {
            problems.add(conflict(
                    "arm",
                    "rollout '" + live.id() + "' still has " + live.liveArms().size() + " arms",
                    "let a person choose one"));
        }
    }

    /** Nobody has seen what a shadow would do to real requests. */
    private static void trafficked(List<Problem> problems, Rollout.Live live) {
        if (live.plan().shadow().isPresent()) {
            problems.add(conflict(
                    "shadow",
                    "rollout '" + live.id() + "' is a shadow, its candidate serves nobody",
                    "abort it, then create a rollout with steps"));
        }
    }

    private static Problem held(Rollout.Live live) {
        return conflict("state", "rollout '" + live.id() + "' is held", "resume it first");
    }

    private static Problem conflict(String field, String what, String fix) {
        return new Problem(Kind.CONFLICT, field, what, fix);
    }
}
