package io.bellwether.routing;

import io.bellwether.controlapi.log.Command;
import io.bellwether.controlapi.log.CreateRollout;
import io.bellwether.routing.Problem.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The rules that a command must meet. The fold uses them to tell void commands from legal ones; the control API uses
 * them to refuse a command before it is appended, with all its problems at once.
 *
 * <p>An empty list means that the fold would apply the command to this state (unless its id was applied before, see
 * {@link ControlState#alreadyApplied}).
 */
public final class CommandCheck {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
    private static final Pattern ROLLOUT_ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,127}");
    private static final Pattern COMMAND_ID = Pattern.compile("[!-~]{1,256}");
    private static final String FIRST = "the first a letter or a digit";
    private static final int TENANTS_SHOWN_MAX = 16;
    private static final Pattern ACTOR = Pattern.compile("[ -~]{1,128}");

    private CommandCheck() {}

    /**
     * True when a command that was {@linkplain ControlState#alreadyApplied applied already} did the same to the same rollout, and
     * false when its id was used for something else. What is no longer in the history counts as the same.
     */
    public static boolean repeats(ControlState state, Command command) {
        ModelControl model = state.model(command.getModel());
        String id = command.getId();
        if (model.setStableIds().contains(id)) {
            return command.hasSetStable();
        }
        return Stream.concat(model.live().stream(), model.ended().stream())
                .filter(rollout -> rollout.trail().commandIds().contains(id))
                .allMatch(rollout -> rollout.id().equals(command.getRolloutId())
                        && (!command.hasRollBack()
                                || isTakenBack(rollout, command.getRollBack().getVersion()))
                        && rollout.trail().history().stream()
                                .filter(entry -> entry.commandId().equals(id))
                                .allMatch(entry -> RolloutAction.of(command).equals(Optional.of(entry.action()))));
    }

    /** Whether a roll back, of an arm of an A/B/n or of everything, has nothing left to do. */
    private static boolean isTakenBack(Rollout rollout, String arm) {
        return rollout instanceof Rollout.Ended
                || rollout.trail().armsTakenBack().contains(arm);
    }

    /** What is wrong with a command in a state; empty when it is legal. */
    public static List<Problem> problems(ControlState state, Command command) {
        List<Problem> problems = new ArrayList<>();
        matches(problems, "id", command.getId(), COMMAND_ID, "1 to 256 printable characters without spaces");
        matches(problems, "model", command.getModel(), NAME, "1 to 128 characters A-Z a-z 0-9 . _ -, " + FIRST);
        matches(problems, "actor", command.getActor(), ACTOR, "'person:<name>', 'monitoring' or 'gateway:<id>'");
        switch (command.getActionCase()) {
            case ACTION_NOT_SET ->
                problems.add(new Problem(
                        Kind.INVALID,
                        "action",
                        "the command has no action that this program knows",
                        "name one, or update this program if a newer one wrote the command"));
            case SET_STABLE -> SetStableRules.check(problems, state, command);
            case CREATE -> {
                rolloutId(problems, command);
                CreateRules.check(problems, state, command);
            }
            default -> {
                rolloutId(problems, command);
                MoveRules.check(problems, state, command);
            }
        }
        return problems;
    }

    /** The same, and every version and tenant that the command gives traffic to must be one that exists. */
    public static List<Problem> problems(ControlState state, Command command, Known known) {
        List<Problem> problems = problems(state, command);
        if (command.hasCreate()) {
            CreateRollout create = command.getCreate();
            if (known.versions().isEmpty() && create.getStableVersion().isEmpty()) {
                // Of a model that nobody has, no stable version can be named.
                problems.removeIf(problem -> problem.field().equals("stableVersion"));
            }
            known(problems, "candidateVersion", create.getCandidateVersion(), command, known.versions());
            for (int i = 0; i < Math.min(create.getArmsCount(), ArmRules.ARMS_MAX); i++) {
                String arm = create.getArms(i).getVersion();
                known(problems, "arms[" + i + "].version", arm, command, known.versions());
            }
            known(problems, "stableVersion", create.getStableVersion(), command, known.versions());
            tenants(problems, create.getTarget().getTenantsList(), known.tenants());
        }
        if (command.hasSetStable()) {
            known(problems, "version", command.getSetStable().getVersion(), command, known.versions());
        }
        return problems;
    }

    /** No client can make tenants up, so nobody would ever be one that is not declared. */
    private static void tenants(List<Problem> problems, List<String> named, Set<String> known) {
        for (int i = 0; i < named.size(); i++) {
            if (!known.contains(named.get(i))) {
                problems.add(new Problem(
                        Kind.UNKNOWN,
                        "target.tenants[" + i + "]",
                        "tenant '" + shown(named.get(i)) + "' is not declared at this gateway",
                        "declare it (gateway.tenants), or use one of "
                                + known.stream()
                                        .sorted()
                                        .limit(TENANTS_SHOWN_MAX)
                                        .toList()));
            }
        }
    }

    private static void known(
            List<Problem> problems, String field, String version, Command command, Set<String> knownVersions) {
        if (!version.isEmpty() && !knownVersions.contains(version)) {
            problems.add(new Problem(
                    Kind.UNKNOWN,
                    knownVersions.isEmpty() ? "model" : field,
                    "no worker has version '" + version + "' of model '" + command.getModel() + "'",
                    knownVersions.isEmpty()
                            ? "add the model to the repository of a worker"
                            : "use one of " + knownVersions.stream().sorted().toList()));
        }
    }

    private static void rolloutId(List<Problem> problems, Command command) {
        matches(
                problems,
                "id",
                command.getRolloutId(),
                ROLLOUT_ID,
                "1 to 128 characters A-Z a-z 0-9 . _ : -, " + FIRST);
    }

    private static void matches(List<Problem> problems, String field, String value, Pattern pattern, String expected) {
        if (!pattern.matcher(value).matches()) {
            problems.add(new Problem(
                    Kind.INVALID, field, field + " '" + shown(value) + "' is not valid", "give " + expected));
        }
    }

    /** A value as it may stand in a message: short and without control characters. */
    static String shown(String value) {
        String start = value.length() <= 64 ? value : value.substring(0, 64) + "...";
        return start.replaceAll("\\p{Cntrl}", "?");
    }
}
