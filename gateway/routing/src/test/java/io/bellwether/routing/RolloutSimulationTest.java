package io.bellwether.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.controlapi.log.Command;
import io.bellwether.controlapi.log.CreateRollout;
import io.bellwether.controlapi.log.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * People, monitoring and gateways write commands of every kind into one log, from views of it that are late by a random
 * amount; producers repeat themselves. Replicas fold the log in pieces, go back and fold again, crash and start from
 * snapshots. After every command the rules of rollouts are checked. One seed again: {@code -Dseed=<n>}.
 */
class RolloutSimulationTest {

    private static final int COMMANDS = 1_500;
    private static final List<String> MODELS = List.of("digits", "fraud");
    private static final List<String> ACTORS = List.of("person:ada", "person:bob", "monitoring", "gateway:g-1", "who");
    private static final Set<String> VERSIONS = Set.of("1", "2", "3", "4");

    static List<Long> seeds() {
        Long one = Long.getLong("seed");
        return one != null ? List.of(one) : LongStream.range(0, 40).boxed().toList();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void replicasAgreeAndTheRulesHold(long seed) {
        Random random = new Random(seed);
        List<Command> log = new ArrayList<>();
        List<ControlState> states = new ArrayList<>(List.of(ControlState.empty()));
        Map<String, Integer> applied = new HashMap<>();

        for (int i = 0; i < COMMANDS; i++) {
            ControlState before = states.get(i);
            ControlState seen = states.get(Math.max(0, i - random.nextInt(4)));
            Command command = !log.isEmpty() && random.nextInt(10) == 0
                    ? log.get(random.nextInt(log.size()))
                    : randomCommand(random, seen, i);
            log.add(command);
            Folded folded = before.apply(command, i);
            states.add(folded.state());
            if (folded.effect() instanceof Effect.Applied) {
                applied.merge(command.getActionCase().name(), 1, Integer::sum);
            }
            checkStep(before, command, folded, "seed " + seed + ", command " + i);
        }

        assertThat(applied)
                .as("every kind of command had an effect, seed %d", seed)
                .hasSize(8);
        for (int replica = 0; replica < 4; replica++) {
            assertThat(replay(log, states, random, "seed " + seed + ", replica " + replica))
                    .isEqualTo(states.get(COMMANDS));
        }
    }

    private static void checkStep(ControlState before, Command command, Folded folded, String where) {
        ControlState after = folded.state();
        if (!(folded.effect() instanceof Effect.Applied)) {
            assertThat(after.models()).as(where).isEqualTo(before.models());
            assertThat(after.routes()).as(where).isEqualTo(before.routes());
        }
        assertThat(after.endedIds()).as(where).containsAllEntriesOf(before.endedIds());
        Set<String> liveIds = new HashSet<>();
        for (Rollout.Live live : after.liveRollouts()) {
            assertThat(liveIds.add(live.id())).as(where).isTrue();
            assertThat(after.endedIds()).as(where).doesNotContainKey(live.id());
            int weightBefore =
                    before.rollout(live.id()).map(Rollout::weightBasisPoints).orElse(0);
            if (live.weightBasisPoints() > weightBefore) {
                assertThat(command.hasAdvance() || command.hasCreate())
                        .as(where)
                        .isTrue();
                assertThat(command.getActor()).as(where).matches("person:.*|monitoring");
                assertThat(isGated(before, live.id()) && command.getActor().equals("monitoring"))
                        .as(where)
                        .isFalse();
            }
        }
        for (String model : MODELS) {
            checkRoutes(before, command, folded, model, where);
        }
    }

    private static boolean isGated(ControlState state, String rolloutId) {
        return state.rollout(rolloutId).orElse(null) instanceof Rollout.Live live && live.stepGated();
    }

    private static void checkRoutes(ControlState before, Command command, Folded folded, String model, String where) {
        ControlState after = folded.state();
        String candidate = after.liveRollout(model)
                .map(live -> live.plan().candidateVersion())
                .orElse("");
        String stable = after.stableVersion(model).orElse("1");
        for (int key = 0; key < 20; key++) {
            Route.Routed routed = (Route.Routed) after.routes().route(model, "", "key-" + key, VERSIONS);
            assertThat(routed.version()).as(where).isIn(stable, candidate);
            assertThat(after.killed(routed.rolloutId())).as(where).isFalse();
        }
        if (!stable.equals(before.stableVersion(model).orElse("1"))) {
            assertThat(command.hasPromote() || command.hasSetStable() || command.hasCreate())
                    .as(where)
                    .isTrue();
            assertThat(command.hasPromote()
                            && isGated(before, command.getRolloutId())
                            && command.getActor().equals("monitoring"))
                    .as(where)
                    .isFalse();
        }
    }

    /** Folds the log in random pieces with steps back and restarts from snapshots; agrees with the master throughout. */
    private static ControlState replay(List<Command> log, List<ControlState> states, Random random, String where) {
        ControlState replica = ControlState.empty();
        int next = 0;
        while (next < log.size()) {
            replica = replica.apply(log.get(next), next).state();
            int folded = (int) replica.lastPosition() + 1;
            assertThat(replica).as(where).isEqualTo(states.get(folded));
            next++;
            if (random.nextInt(50) == 0) {
                next = Math.max(0, next - random.nextInt(30));
            }
            if (random.nextInt(100) == 0) {
                replica = ((SnapshotRead.Restored) ControlSnapshots.read(ControlSnapshots.write(replica, ""))).state();
            }
        }
        return replica;
    }

    private static Command randomCommand(Random random, ControlState seen, int i) {
        String model = MODELS.get(random.nextInt(MODELS.size()));
        Rollout.Live live = seen.liveRollout(model).orElse(null);
        List<Rollout> known = seen.rollouts();
        Command.Builder command =
                Commands.command("id-" + i).setModel(model).setActor(ACTORS.get(random.nextInt(ACTORS.size())));
        if (live != null) {
            command.setRolloutId(live.id()).setBasedOnVersion(live.version());
        } else if (!known.isEmpty()) {
            command.setRolloutId(known.get(random.nextInt(known.size())).id());
        }
        switch (random.nextInt(live == null ? 4 : 14)) {
            case 0 -> command.getSetStableBuilder().setVersion("" + (1 + random.nextInt(4)));
            case 1, 2 ->
                command.setRolloutId("r-" + (random.nextInt(5) == 0 ? 0 : i))
                        .setCreate(randomPlan(random, seen, model));
            case 3 -> command.getAbortBuilder();
            case 4 -> command.getRollBackBuilder();
            case 5 -> command.getPromoteBuilder();
            case 6, 7 -> command.getHoldBuilder();
            case 8, 9 -> command.getResumeBuilder();
            default ->
                command.getAdvanceBuilder()
                        .setToStep(live == null ? 1 : live.step() + (random.nextInt(5) == 0 ? 2 : 1));
        }
        return command.build();
    }

    private static CreateRollout randomPlan(Random random, ControlState seen, String model) {
        CreateRollout.Builder plan = CreateRollout.newBuilder()
                .setStableVersion(seen.stableVersion(model).orElse("1"))
                .setCandidateVersion("" + (1 + random.nextInt(4)))
                .setAutomatic(random.nextBoolean());
        int weight = 0;
        for (int steps = 1 + random.nextInt(5); steps > 0; steps--) {
            weight += 1 + random.nextInt(2_500);
            plan.addSteps(Step.newBuilder().setWeightBasisPoints(weight).setGateValue(random.nextInt(2)));
        }
        return plan.build();
    }
}
