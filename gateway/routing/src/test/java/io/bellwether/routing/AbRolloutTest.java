package io.bellwether.routing;

import static io.bellwether.routing.Commands.MODEL;
import static io.bellwether.routing.Commands.ROLLOUT;
import static io.bellwether.routing.Commands.abort;
import static io.bellwether.routing.Commands.advance;
import static io.bellwether.routing.Commands.by;
import static io.bellwether.routing.Commands.createAb;
import static io.bellwether.routing.Commands.createRollout;
import static io.bellwether.routing.Commands.fold;
import static io.bellwether.routing.Commands.hold;
import static io.bellwether.routing.Commands.move;
import static io.bellwether.routing.Commands.promote;
import static io.bellwether.routing.Commands.promoteArm;
import static io.bellwether.routing.Commands.resume;
import static io.bellwether.routing.Commands.rollBack;
import static io.bellwether.routing.Commands.rollBackArm;
import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.controlapi.log.Command;
import io.bellwether.controlapi.log.CreateRollout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** An A/B/n from its creation to its end: arms are taken back one by one and for ever, and a person or the last one ends it. */
class AbRolloutTest {

    private static final Set<String> VERSIONS = Set.of("1", "2", "3", "4", "5");
    private static final int SEEDS = 60;
    private static final int COMMANDS = 120;

    @Test
    void armsShareTheTrafficAtTheirWeights() {
        RouteTable table = fold(createAb("c", 2_000, 1_000)).routes();

        assertThat(table.shares(MODEL, VERSIONS))
                .containsExactly(
                        new RouteShare("2", Arm.CANDIDATE, 1_000, true),
                        new RouteShare("2", Arm.CANDIDATE_REST, 1_000, true),
                        new RouteShare("3", Arm.CANDIDATE, 1_000, true),
                        new RouteShare("1", Arm.CONTROL, 1_000, true),
                        new RouteShare("1", Arm.STABLE_REST, 6_000, true));
    }

    @Test
    void anArmThatIsReadyNowhereIsServedByTheStableVersionAsNoEvidence() {
        RouteTable table = fold(createAb("c", 2_000, 1_000)).routes();

        assertThat(table.shares(MODEL, Set.of("1", "3")))
                .containsExactly(
                        new RouteShare("3", Arm.CANDIDATE, 1_000, true),
                        new RouteShare("1", Arm.CONTROL, 1_000, true),
                        new RouteShare("1", Arm.STABLE_REST, 8_000, true));
        routes(table, Set.of("1", "3"))
                .forEach(route -> assertThat(route.version()).isIn("1", "3"));
    }

    @Test
    void theShareOfATakenBackArmGoesToTheStableVersionAndTheOthersGoOn() {
        // Given
        ControlState before = fold(createAb("c", 2_000, 1_000));

        // When
        Folded after = before.apply(by("gateway:g", rollBackArm("k", "2")), 1);

        // Then
        assertThat(after.effect()).isInstanceOf(Effect.Applied.class);
        Rollout.Live live = after.state().liveRollout(MODEL).orElseThrow();
        assertThat(live.state()).isEqualTo(RolloutState.RUNNING);
        assertThat(live.weightBasisPoints()).isEqualTo(1_000);
        assertThat(live.version()).isEqualTo(2);
        List<Route.Routed> was = routes(before.routes(), VERSIONS);
        List<Route.Routed> is = routes(after.state().routes(), VERSIONS);
        for (int i = 0; i < was.size(); i++) {
            Route.Routed expected =
                    was.get(i).version().equals("2") ? new Route.Routed("1", Arm.STABLE_REST, ROLLOUT) : was.get(i);
            assertThat(is.get(i)).isEqualTo(expected);
        }
    }

    @Test
    void theGuardTakesOneArmBackInItsGatewayAtOnce() {
        // Given
        ControlState state = fold(createAb("c", 2_000, 1_000));
        KilledRollouts killed = KilledRollouts.NONE.with(new Kill(ROLLOUT, MODEL, 1, "it fails hard", "3"));

        // When
        RouteTable table = state.routes(killed);

        // Then
        assertThat(table.shares(MODEL, VERSIONS).stream().map(RouteShare::version))
                .containsOnly("1", "2");
        assertThat(killed.live(state)).hasSize(1);
        assertThat(killed.live(state.apply(rollBackArm("k", "3"), 1).state())).isEmpty();
        assertThat(killed.contains(ROLLOUT)).isFalse();
        assertThat(killed.contains(ROLLOUT, "3")).isTrue();
        assertThat(KillSnapshots.read(KillSnapshots.write(killed))).isEqualTo(new KillSnapshots.Restored(killed));
    }

    @Test
    void withTheLastArmTheRolloutIsTakenBack() {
        ControlState state = fold(createAb("c", 2_000, 1_000), rollBackArm("k", "2"), rollBackArm("l", "3"));

        assertThat(state.liveRollout(MODEL)).isEmpty();
        assertThat(state.rollout(ROLLOUT).orElseThrow().state()).isEqualTo(RolloutState.ROLLED_BACK);
        assertThat(state.stableVersion(MODEL)).contains("1");
        assertThat(state.killed(ROLLOUT)).isTrue();
    }

    @Test
    void aPersonPromotesOneArm() {
        ControlState state = fold(createAb("c", 2_000, 1_000), promoteArm("p", 1, "3"));

        assertThat(state.stableVersion(MODEL)).contains("3");
        assertThat(state.rollout(ROLLOUT).orElseThrow().state()).isEqualTo(RolloutState.PROMOTED);
        assertThat(ControlSnapshots.read(ControlSnapshots.write(state, "log")))
                .isEqualTo(new SnapshotRead.Restored(state, "log"));
    }

    @Test
    void monitoringPromotesOnlyAnArmThatIsLeftAlone() {
        ControlState both = fold(createAb("c", 2_000, 1_000));
        ControlState one = both.apply(rollBackArm("k", "2"), 1).state();

        assertThat(problems(both, by("monitoring", promoteArm("p", 1, "3"))))
                .containsExactly("rollout 'r-1' still has 2 arms");
        assertThat(problems(one, by("monitoring", promoteArm("p", 2, "3")))).isEmpty();
    }

    @Test
    void aCommandNamesAnArmThatIsThere() {
        ControlState state = fold(createAb("c", 2_000, 1_000), rollBackArm("k", "2"));

        assertThat(problems(state, promote("p", 2)))
                .containsExactly("rollout 'r-1' has several arms and the command names none");
        assertThat(problems(state, promoteArm("p", 2, "2")))
                .containsExactly("arm '2' of rollout 'r-1' was taken back, and stays so");
        assertThat(problems(state, rollBackArm("l", "2")))
                .containsExactly("arm '2' of rollout 'r-1' was taken back, and stays so");
        assertThat(problems(state, rollBackArm("l", "7"))).containsExactly("rollout 'r-1' does not try version '7'");
        assertThat(problems(state, advance("a", 2, 1))).isNotEmpty();
        assertThat(problems(fold(createRollout("c")), rollBackArm("l", "3")))
                .containsExactly("rollout 'r-1' does not try version '3'");
        assertThat(problems(fold(createRollout("c")), rollBackArm("l", "2"))).isEmpty();
    }

    @Test
    void everythingThatIsWrongWithItIsSaidAtOnce() {
        CreateRollout.Builder plan = createAb("c", 5_000, 4_000, 3_000).getCreate().toBuilder();
        plan.getArmsBuilder(1).setVersion("2");
        plan.getArmsBuilder(2).setVersion("1").setWeightBasisPoints(0);
        plan.addArms(plan.getArms(0).toBuilder().setVersion("x").setWeightBasisPoints(2_000));
        plan.addAllSteps(createRollout("d").getCreate().getStepsList()).setCandidateVersion("9");

        List<String> problems =
                problems(ControlState.empty(), move("c", 0).setCreate(plan).build());

        assertThat(problems)
                .containsExactlyInAnyOrder(
                        "the rollout has arms and 3 steps",
                        "the rollout has arms and the candidate '9'",
                        "arms[1] tries version '2' like arms[0]",
                        "arms[2] is the stable version '1' itself",
                        "arms[2] has the weight 0.0 %, expected more than 0 % and at most 100 %",
                        "arms[3].version 'x' is not a version",
                        "the arms have 110.0 % of the traffic, expected at most 100 %");
        assertThat(problems(ControlState.empty(), createAb("c", 1_000, 1_000, 1_000, 1_000, 1_000)))
                .containsExactly("the rollout has 5 arms, expected 1 to 4");
        assertThat(problems(ControlState.empty(), createAb("c", 5_000, 5_000)))
                .containsExactly(
                        "the arms have all of the traffic, which leaves an automatic rollout nothing to compare them with");
    }

    @Test
    void everyArmIsAVersionThatSomeWorkerHas() {
        Known known = new Known(Set.of("1", "2"), Set.of());

        assertThat(CommandCheck.problems(ControlState.empty(), createAb("c", 1_000, 1_000), known).stream()
                        .map(Problem::field))
                .containsExactly("arms[1].version");
    }

    @Test
    void eachArmIsJudgedWithItsPartOfTheErrorBudgets() {
        ControlState state = fold(createAb("c", 2_000, 1_000, 1_000, 1_000), rollBackArm("k", "4"), hold("h", 2));

        List<Rollout.Live> judged = state.liveRollout(MODEL).orElseThrow().judged();

        assertThat(judged.stream().map(live -> live.plan().candidateVersion())).containsExactly("2", "3", "5");
        for (Rollout.Live arm : judged) {
            // Four were planned: an arm that is taken back leaves the others no more to err by.
            assertThat(arm.plan().guardrails().getAlpha()).isEqualTo(0.01 / 4);
            assertThat(arm.plan().guardrails().getBeta()).isEqualTo(0.05 / 4);
            assertThat(arm.state()).isEqualTo(RolloutState.HELD);
            assertThat(arm.version()).isEqualTo(3);
        }
        Rollout.Live single = fold(createRollout("c")).liveRollout(MODEL).orElseThrow();
        assertThat(single.judged()).containsExactly(single);
    }

    @Test
    void whateverComesNoArmThatWasTakenBackGetsTrafficAgain() {
        Seeds.forEach(SEEDS, seed -> {
            Random random = new Random(seed);
            ControlState state = fold(createAb("c", 2_000, 1_500, 1_000, 500));
            Set<String> gone = new HashSet<>();
            for (int i = 1; i < COMMANDS && state.liveRollout(MODEL).isPresent(); i++) {
                Rollout.Live live = state.liveRollout(MODEL).orElseThrow();
                Command command = random(random, "k" + i, live);
                Folded folded = state.apply(command, i);
                if (command.hasRollBack() && folded.effect() instanceof Effect.Applied) {
                    gone.add(command.getRollBack().getVersion());
                }
                state = folded.state();
                if (random.nextInt(5) == 0) {
                    state = ((SnapshotRead.Restored) ControlSnapshots.read(ControlSnapshots.write(state, "l"))).state();
                }
                if (state.liveRollout(MODEL).isPresent()) {
                    assertThat(state.routes().shares(MODEL, VERSIONS).stream().map(RouteShare::version))
                            .noneMatch(gone::contains)
                            .contains("1");
                }
            }
            assertThat(gone).doesNotContain(state.stableVersion(MODEL).orElseThrow());
        });
    }

    private static Command random(Random random, String id, Rollout.Live live) {
        String actor = List.of("person:ada", "monitoring", "gateway:g", "who").get(random.nextInt(4));
        String version = Integer.toString(1 + random.nextInt(6));
        long based = live.version() - random.nextInt(2);
        Command command =
                switch (random.nextInt(8)) {
                    case 0 -> hold(id, based);
                    case 1 -> resume(id, based);
                    case 2 -> advance(id, based, 1);
                    case 3 -> createAb(id, 100, 100);
                    case 4 -> random.nextInt(10) == 0 ? promoteArm(id, based, version) : promote(id, based);
                    case 5 -> random.nextInt(10) == 0 ? abort(id, based) : rollBackArm(id, version);
                    case 6 -> random.nextInt(20) == 0 ? rollBack(id, based) : hold(id, based);
                    default -> rollBackArm(id, version);
                };
        return by(actor, command);
    }

    private static List<Route.Routed> routes(RouteTable table, Set<String> ready) {
        List<Route.Routed> all = new ArrayList<>();
        IntStream.range(0, 2_000).forEach(key -> all.add((Route.Routed) table.route(MODEL, "", "user-" + key, ready)));
        return all;
    }

    private static List<String> problems(ControlState state, Command command) {
        return CommandCheck.problems(state, command).stream().map(Problem::what).toList();
    }
}
