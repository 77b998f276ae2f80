package io.bellwether.routing;

import static io.bellwether.routing.Commands.MODEL;
import static io.bellwether.routing.Commands.ROLLOUT;
import static io.bellwether.routing.Commands.abort;
import static io.bellwether.routing.Commands.advance;
import static io.bellwether.routing.Commands.by;
import static io.bellwether.routing.Commands.createGated;
import static io.bellwether.routing.Commands.createRollout;
import static io.bellwether.routing.Commands.fold;
import static io.bellwether.routing.Commands.hold;
import static io.bellwether.routing.Commands.move;
import static io.bellwether.routing.Commands.plan;
import static io.bellwether.routing.Commands.promote;
import static io.bellwether.routing.Commands.resume;
import static io.bellwether.routing.Commands.rollBack;
import static io.bellwether.routing.Commands.setStable;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.bellwether.controlapi.log.Command;
import io.bellwether.controlapi.log.Step;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ControlStateTest {

    @Test
    void createMakesTheStableVersionExplicit() {
        ControlState state = fold(createRollout("c-0"));

        assertThat(state.stableVersion(MODEL)).contains("1");
        assertThat(state.liveRollout(MODEL)).map(Rollout::version).contains(1L);
        assertThat(state.routeVersion()).isZero();
    }

    @Test
    void promoteMakesTheCandidateTheStableVersion() {
        ControlState state = fold(createRollout("c-0"), advance("c-1", 1, 1), promote("c-2", 2));

        assertThat(state.stableVersion(MODEL)).contains("2");
        assertThat(state.liveRollout(MODEL)).isEmpty();
        assertThat(state.rollout(ROLLOUT)).map(Rollout::state).contains(RolloutState.PROMOTED);
        assertThat(state.killed(ROLLOUT)).isFalse();
    }

    @Test
    void rollBackAndAbortAreNeverStale() {
        assertThat(fold(createRollout("c-0"), advance("c-1", 1, 1), rollBack("c-2", 1))
                        .killed(ROLLOUT))
                .isTrue();
        assertThat(fold(createRollout("c-0"), advance("c-1", 1, 1), abort("c-2", 0))
                        .killed(ROLLOUT))
                .isTrue();
        assertThat(fold(createRollout("c-0"), hold("c-1", 1), by("gateway:g1", rollBack("c-2", 0)))
                        .killed(ROLLOUT))
                .isTrue();
    }

    @Test
    void everyOtherMoveIsVoidWhenStale() {
        ControlState state = fold(createRollout("c-0"), advance("c-1", 1, 1));

        assertVoid(state, advance("c-2", 1, 2), "based on version 1 of rollout 'r-1', which has version 2");
        assertVoid(state, hold("c-2", 1), "based on version 1");
        assertVoid(state, promote("c-2", 3), "based on version 3");
        assertVoid(fold(createRollout("c-0"), hold("c-1", 1)), resume("c-2", 1), "based on version 1");
    }

    @Test
    void advanceGoesOneStepAtATimeAndNotPastTheLast() {
        assertVoid(fold(createRollout("c-0")), advance("c-1", 1, 2), "the next step of rollout 'r-1' is 1, not 2");
        assertVoid(fold(createRollout("c-0")), advance("c-1", 1, 0), "the next step");
        assertVoid(
                fold(createRollout("c-0"), advance("c-1", 1, 1), advance("c-2", 2, 2)),
                advance("c-3", 3, 3),
                "in its last step 2");
    }

    @Test
    void aHeldRolloutIsPromotedByAPersonOnlyAndAdvancedByNobody() {
        ControlState held = fold(createRollout("c-0"), hold("c-1", 1));

        assertVoid(held, advance("c-2", 2, 1), "is held");
        assertVoid(held, by("monitoring", promote("c-2", 2)), "is held");
        assertVoid(held, hold("c-2", 2), "already held");
        assertApplied(held, promote("c-2", 2));
        assertApplied(held, resume("c-2", 2));
    }

    @Test
    void monitoringResumesOnlyWhatItHeldItself() {
        assertVoid(
                fold(createRollout("c-0"), hold("c-1", 1)), by("monitoring", resume("c-2", 2)), "held by 'person:ada'");
        assertApplied(fold(createRollout("c-0"), by("monitoring", hold("c-1", 1))), by("monitoring", resume("c-2", 2)));
        assertVoid(fold(createRollout("c-0")), resume("c-1", 1), "is not held");
    }

    @Test
    void monitoringRaisesNoWeightUnlessTheRolloutIsAutomatic() {
        ControlState manual = fold(move("c-0", 0)
                .setCreate(plan("1", "2", 1_000, 5_000).setAutomatic(false))
                .build());

        assertVoid(manual, by("monitoring", advance("c-1", 1, 1)), "is not automatic");
        assertVoid(manual, by("monitoring", promote("c-1", 1)), "is not automatic");
        assertApplied(manual, by("monitoring", rollBack("c-1", 1)));
        assertApplied(manual, by("monitoring", hold("c-1", 1)));
        assertApplied(manual, advance("c-1", 1, 1));
        assertApplied(fold(createRollout("c-0")), by("monitoring", advance("c-1", 1, 1)));
    }

    @Test
    void onlyAPersonPassesAManualGate() {
        ControlState first = fold(createGated("c-0"));
        ControlState last = fold(createGated("c-0"), advance("c-1", 1, 1));

        assertVoid(first, by("monitoring", advance("c-2", 1, 1)), "step 1 of rollout 'r-1' ends at a manual gate");
        assertVoid(first, by("monitoring", promote("c-2", 1)), "ends at a manual gate");
        assertVoid(last, by("monitoring", promote("c-2", 2)), "step 2 of rollout 'r-1' ends at a manual gate");
        assertApplied(first, advance("c-2", 1, 1));
        assertApplied(last, promote("c-2", 2));
        assertApplied(first, by("monitoring", rollBack("c-2", 1)));
        assertApplied(first, by("gateway:g1", rollBack("c-2", 1)));
    }

    @Test
    void ofTwoPeopleAtAGateTheSecondPassesNothing() {
        assertVoid(fold(createGated("c-0"), advance("c-1", 1, 1)), advance("c-2", 1, 1), "based on version 1");
    }

    @Test
    void aGateHoldsNobodyInAnotherStep() {
        ControlState second = fold(
                move("c-0", 0)
                        .setCreate(plan("1", "2", 1_000, 2_500, 5_000)
                                .setSteps(
                                        0,
                                        Step.newBuilder()
                                                .setWeightBasisPoints(1_000)
                                                .setGate(Step.Gate.MANUAL)))
                        .build(),
                advance("c-1", 1, 1));

        assertApplied(second, by("monitoring", advance("c-2", 2, 2)));
    }

    @Test
    void nobodyButAPersonOrMonitoringRaisesAWeight() {
        ControlState state = fold(createRollout("c-0"));

        for (String actor : new String[] {"gateway:g1", "cron", "Person:x"}) {
            assertVoid(state, by(actor, advance("c-1", 1, 1)), "may not raise");
            assertVoid(state, by(actor, promote("c-1", 1)), "may not raise");
            assertVoid(ControlState.empty(), by(actor, createRollout("c-0")), "only a person creates");
            assertVoid(ControlState.empty(), by(actor, setStable("s-0", "1")), "only a person sets");
            assertApplied(state, by(actor, rollBack("c-1", 1)));
        }
    }

    @Test
    void aModelHasOneLiveRollout() {
        Command second = createRollout("c-1").toBuilder().setRolloutId("r-2").build();

        assertVoid(fold(createRollout("c-0")), second, "rollout 'r-1' of model 'digits' is live");
        assertApplied(fold(createRollout("c-0"), abort("a", 1)), second);
    }

    @Test
    void anEndedRolloutNeverComesBack() {
        ControlState ended = fold(createRollout("c-0"), rollBack("c-1", 1));

        assertVoid(ended, createRollout("c-2"), "has existed before");
        assertVoid(ended, advance("c-2", 2, 1), "has ended: ROLLED_BACK");
        assertVoid(ended, promote("c-2", 2), "has ended");
        assertVoid(ended, abort("c-2", 2), "has ended");
        Command onOtherModel =
                createRollout("c-3").toBuilder().setModel("other").build();
        assertVoid(ended, onOtherModel, "has existed before");
        assertVoid(fold(createRollout("c-0")), onOtherModel, "has existed before");
    }

    @Test
    void aRolloutOfAnotherModelIsUnknown() {
        assertVoid(
                fold(createRollout("c-0")),
                abort("c-1", 1).toBuilder().setModel("other").build(),
                "model 'other' has no live rollout 'r-1'");
    }

    @Test
    void theStableVersionIsNotSetWhileARolloutIsLive() {
        assertVoid(fold(createRollout("c-0")), setStable("s-0", "3"), "rollout 'r-1' of model 'digits' is live");
        assertThat(fold(setStable("s-0", "3")).stableVersion(MODEL)).contains("3");
    }

    @Test
    void aRolloutStartsFromTheStableVersionOfTheState() {
        ControlState state = fold(setStable("s-0", "3"));

        assertVoid(state, createRollout("c-0"), "the stable version of model 'digits' is '3', not '1'");
        Command unnamed = move("c-0", 0).setCreate(plan("", "2", 1_000)).build();
        assertThat(state.apply(unnamed, 1).state().liveRollout(MODEL))
                .map(live -> live.plan().stableVersion())
                .contains("3");
        assertVoid(ControlState.empty(), unnamed, "model 'digits' has no stable version yet");
    }

    @Test
    void aCommandIdHasNoSecondEffect() {
        ControlState state = fold(createRollout("c-0"), hold("c-1", 1), resume("c-2", 2));

        Folded again = state.apply(hold("c-1", 3), 3);

        assertThat(again.effect()).isEqualTo(new Effect.Duplicate());
        assertThat(again.state().models()).isEqualTo(state.models());
        assertThat(again.state().lastPosition()).isEqualTo(3);
        assertThat(fold(setStable("s", "1"), setStable("t", "2"), setStable("s", "1"))
                        .stableVersion(MODEL))
                .contains("2");
    }

    @Test
    void theCommandThatEndedARolloutIsADuplicateAfterwards() {
        ControlState ended = fold(createRollout("c-0"), rollBack("c-1", 1));

        assertThat(ended.apply(rollBack("c-1", 1), 2).effect()).isEqualTo(new Effect.Duplicate());
        assertThat(ended.apply(createRollout("c-0"), 2).effect()).isEqualTo(new Effect.Duplicate());
    }

    @Test
    void aPositionHasNoSecondEffect() {
        ControlState state = fold(createRollout("c-0"), advance("c-1", 1, 1));

        Folded again = state.apply(abort("other", 2), 1);

        assertThat(again.effect()).isEqualTo(new Effect.Duplicate());
        assertThat(again.state()).isEqualTo(state);
    }

    @Test
    void voidCommandsMoveThePositionButNotTheRoutes() {
        ControlState state = fold(createRollout("c-0"), advance("c-1", 9, 1), advance("c-2", 8, 1));

        assertThat(state.lastPosition()).isEqualTo(2);
        assertThat(state.routeVersion()).isZero();
        assertThat(state.liveRollout(MODEL)).map(Rollout::version).contains(1L);
    }

    @Test
    void endedRolloutsKeptInFullAreBoundedButTheirIdsStay() {
        ControlState state = ControlState.empty();
        long position = 0;
        for (int i = 0; i < 100; i++) {
            String id = "r-" + i;
            state = state.apply(
                            createRollout("c-" + i).toBuilder().setRolloutId(id).build(), position++)
                    .state();
            state = state.apply(abort("a-" + i, 1).toBuilder().setRolloutId(id).build(), position++)
                    .state();
        }

        assertThat(state.rollouts()).hasSize(ModelControl.ENDED_MAX);
        assertThat(state.rollouts().get(0).id()).isEqualTo("r-99");
        assertThat(state.endedIds()).hasSize(100);
        assertVoid(state, createRollout("c-x").toBuilder().setRolloutId("r-0").build(), "has existed before");
    }

    @Test
    void setStableIdsAreBounded() {
        ControlState state = ControlState.empty();
        for (int i = 0; i < 500; i++) {
            state = state.apply(setStable("s-" + i, "1"), i).state();
        }
        assertThat(state.model(MODEL).setStableIds())
                .hasSize(ModelControl.SET_STABLE_IDS_MAX)
                .endsWith("s-499");
    }

    @Test
    void longReasonsAreCutAtAWholeCharacter() {
        String reason = "x".repeat(Moves.REASON_CHARS_MAX - 1) + "\uD83D\uDE00 and more";

        ControlState state =
                fold(createRollout("c-0").toBuilder().setReason(reason).build());

        String kept =
                state.liveRollout(MODEL).orElseThrow().trail().history().get(0).reason();
        assertThat(kept).isEqualTo("x".repeat(Moves.REASON_CHARS_MAX - 1));
    }

    /** Whatever decodes is folded without an exception, and an empty or unknown action is void. */
    @Test
    void theFoldIsTotal() {
        long seed = Long.getLong("seed", 11);
        Random random = new Random(seed);
        ControlState live = fold(createRollout("c-0"));
        byte[] good = createRollout("c-1").toByteArray();
        int decoded = 0;
        for (int run = 0; run < 50_000; run++) {
            byte[] bytes = good.clone();
            for (int flips = random.nextInt(4); flips >= 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            Command command;
            try {
                command = Command.parseFrom(bytes);
            } catch (InvalidProtocolBufferException e) {
                continue;
            }
            decoded++;
            assertThat(live.apply(command, 5).state().lastPosition())
                    .as("seed %d run %d", seed, run)
                    .isEqualTo(5);
            assertThat(ControlState.empty().apply(command, 5)).isNotNull();
        }
        assertThat(decoded).isGreaterThan(1_000);
        assertVoid(live, Command.getDefaultInstance(), "has no action that this program knows");
    }

    private static void assertApplied(ControlState state, Command command) {
        assertThat(CommandCheck.problems(state, command)).isEmpty();
        Folded folded = state.apply(command, state.lastPosition() + 1);
        assertThat(folded.effect()).isEqualTo(new Effect.Applied());
        assertThat(folded.state().routeVersion()).isEqualTo(state.lastPosition() + 1);
    }

    private static void assertVoid(ControlState state, Command command, String reason) {
        Folded folded = state.apply(command, state.lastPosition() + 1);
        assertThat(folded.effect()).isInstanceOfSatisfying(Effect.Void.class, effect -> assertThat(effect.reason())
                .contains(reason));
        assertThat(folded.state().models()).isEqualTo(state.models());
        assertThat(folded.state().endedIds()).isEqualTo(state.endedIds());
        assertThat(folded.state().routeVersion()).isEqualTo(state.routeVersion());
    }
}
