package io.bellwether.loadtests.simulation;

import com.google.protobuf.InvalidProtocolBufferException;
import io.bellwether.controlapi.log.Command;
import io.bellwether.loadtests.simulation.Violation.Rule;
import io.bellwether.monitoring.evaluation.EvaluationSettings;
import io.bellwether.routing.ControlState;
import io.bellwether.routing.Effect;
import io.bellwether.routing.Folded;
import io.bellwether.routing.Rollout;
import io.bellwether.routing.RolloutState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Sees the control log as it is written, and every fold of it. What a command may do it counts for itself. */
final class LogReferee {
    /** Longest way of a decision to the log: what a producer tries, a slow network, and a broker that stands still. */
    private static final long DECISION_NANOS_MAX = 24 * Agenda.SECOND;

    private static final long LATE_NANOS = 5 * Agenda.SECOND;
    /** What everybody has read after so long, when all is well. */
    private static final long LAG_NANOS_MAX = 1_500 * Agenda.MILLI;

    private final Agenda agenda;
    private final History history;
    private final Tallies tallies;
    private final Folding folding;
    private final List<ControlState> states = new ArrayList<>(List.of(ControlState.empty()));
    private final List<Long> appendedNanos = new ArrayList<>();
    private final Map<String, Long> versions = new HashMap<>();
    private final Set<String> appliedIds = new HashSet<>();
    private final ArmReferee arms = new ArmReferee();
    private final Map<String, List<Emission>> emissions = new HashMap<>();

    /** How a command is folded; another one than the platform's shows that the rules can fail. */
    interface Folding {
        Folded apply(ControlState state, Command command, long position);
    }

    LogReferee(Agenda agenda, History history, Tallies tallies, Folding folding) {
        this.agenda = agenda;
        this.history = history;
        this.tallies = tallies;
        this.folding = folding;
    }

    /** The state of the whole log. */
    ControlState now() {
        return states.get(states.size() - 1);
    }

    /** The state after the entry at a position; -1 is before the first. */
    ControlState at(long position) {
        return states.get(Math.toIntExact(position + 1));
    }

    /** Monitoring concluded something and will tell the log. */
    void emitted(Emission emission) {
        emissions
                .computeIfAbsent(emission.command().getId(), id -> new ArrayList<>())
                .add(emission);
    }

    void appended(long position, byte @Nullable [] value) {
        Command command = command(value);
        ControlState before = now();
        Folded folded = folding.apply(before, command, position);
        ControlState after = folded.state();
        states.add(after);
        appendedNanos.add(agenda.nowNanos());
        history.add(
                "log " + position,
                command.getActionCase() + " " + command.getId() + " " + command.getRolloutId() + " based on "
                        + command.getBasedOnVersion() + " by " + command.getActor() + ": " + folded.effect());
        tallies.add(folded.effect().getClass().getSimpleName().toLowerCase(Locale.ROOT));
        if (folded.effect() instanceof Effect.Applied) {
            applied(before, after, command);
        } else if (!after.models().equals(before.models())) {
            throw new Violation(
                    folded.effect() instanceof Effect.Duplicate ? Rule.ONCE : Rule.STALE_IS_VOID,
                    "command " + command.getId() + " changed something and said that it did not");
        }
    }

    private static Command command(byte @Nullable [] value) {
        try {
            return value == null ? Command.getDefaultInstance() : Command.parseFrom(value);
        } catch (InvalidProtocolBufferException e) {
            return Command.getDefaultInstance();
        }
    }

    private void applied(ControlState before, ControlState after, Command command) {
        if (!appliedIds.add(command.getId())) {
            throw new Violation(Rule.ONCE, "command " + command.getId() + " was applied before");
        }
        long version = versions.getOrDefault(command.getRolloutId(), 0L);
        boolean mustBeFresh = command.hasAdvance() || command.hasHold() || command.hasResume() || command.hasPromote();
        if (mustBeFresh && command.getBasedOnVersion() != version) {
            throw new Violation(
                    Rule.STALE_IS_VOID,
                    "command " + command.getId() + " is based on version " + command.getBasedOnVersion()
                            + " and was applied to version " + version);
        }
        versions.merge(command.getRolloutId(), 1L, Long::sum);
        String id = command.getRolloutId();
        if (weight(after, id) > weight(before, id)) {
            raised(command, weight(before, id), weight(after, id));
        }
        String stableBefore = before.stableVersion(command.getModel()).orElse("");
        String stableAfter = after.stableVersion(command.getModel()).orElse("");
        if (!stableBefore.equals(stableAfter)) {
            raised(command, 0, 10_000);
        }
        arms.applied(after, command);
        tallies.add("applied " + command.getActionCase()
                + (ArmReferee.arm(command).isEmpty() ? "" : " of an arm")
                + (isOfMonitoring(command) ? " by monitoring" : ""));
    }

    private static int weight(ControlState state, String rolloutId) {
        return state.rollout(rolloutId).map(Rollout::weightBasisPoints).orElse(0);
    }

    private static boolean isOfMonitoring(Command command) {
        return command.getActor().equals("monitoring");
    }

    private void raised(Command command, int from, int to) {
        if (command.getActor().startsWith("person:")) {
            return;
        }
        OptionalLong youngestNanos = emissions.getOrDefault(command.getId(), List.of()).stream()
                .filter(emission -> emission.command().equals(command)
                        && emission.isFreshAndHealthy(
                                Fault.SKEW_SECONDS_MAX, EvaluationSettings.DEFAULTS.freshSlotsMax()))
                .mapToLong(emission -> agenda.nowNanos() - emission.atNanos())
                .min();
        if (youngestNanos.orElse(0) > LATE_NANOS) {
            tallies.add("weights raised more than 5 s after the verdict");
        }
        if (!isOfMonitoring(command) || youngestNanos.orElse(Long.MAX_VALUE) > DECISION_NANOS_MAX) {
            throw new Violation(
                    Rule.EARNED_WEIGHT,
                    "command " + command.getId() + " raised the weight from " + from + " to " + to
                            + " without a fresh healthy verdict");
        }
    }

    /** A process has folded entries of the log, or taken up an earlier fold. */
    void folded(String who, ControlState state) {
        ControlState expected = at(state.lastPosition());
        if (!state.equals(expected)) {
            throw new Violation(
                    Rule.SAME_FOLD,
                    who + " has at position " + state.lastPosition() + " " + state + ", expected " + expected);
        }
    }

    /** The same of a process that does not count the entries that it cannot read. */
    void foldedReadable(String who, ControlState state, long position) {
        ControlState expected = at(position);
        if (!state.models().equals(expected.models())
                || !state.endedIds().equals(expected.endedIds())
                || state.routeVersion() != expected.routeVersion()) {
            throw new Violation(
                    Rule.SAME_FOLD, who + " has after position " + position + " " + state + ", expected " + expected);
        }
    }

    /** It was calm for long enough. */
    void settled(String who, long nextPosition) {
        long old = appendedNanos.stream()
                .filter(atNanos -> agenda.nowNanos() - atNanos > LAG_NANOS_MAX)
                .count();
        if (nextPosition < old) {
            throw new Violation(
                    Rule.CONVERGENCE,
                    who + " has folded " + nextPosition + " entries, " + old + " were there long before");
        }
    }

    /**
     * Whether a candidate or an arm was taken back, as of a position.
     *
     * @param key of the rollout, or of one of its arms
     */
    boolean isKilled(String key, long position) {
        ControlState state = at(position);
        RolloutState end = state.endedIds().get(key);
        return end == RolloutState.ROLLED_BACK
                || end == RolloutState.ABORTED
                || state.rollout(rolloutOf(key))
                        .filter(rollout -> ArmReferee.takenBack(rollout).contains(key))
                        .isPresent();
    }

    /** Whether the log says that it is over: the rollout has ended, or the arm was taken back. */
    boolean isHeard(String key) {
        return now().endedIds().containsKey(rolloutOf(key)) || isKilled(key, states.size() - 2L);
    }

    private static String rolloutOf(String key) {
        return key.split("/", 2)[0];
    }
}
