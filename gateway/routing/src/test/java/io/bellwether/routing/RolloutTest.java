package io.bellwether.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Each legal move of the class comment once, and proof that there is no other. */
class RolloutTest {

    private static final RolloutPlan PLAN = new RolloutPlan(
            "r-1",
            "digits",
            "1",
            "2",
            List.of(new RolloutStep(1_000, 10, 100, false), new RolloutStep(5_000, 10, 100, true)),
            "",
            GuardrailDefaults.DEFAULTS,
            true,
            false,
            Audience.everybody(),
            Optional.empty(),
            List.of());

    @Test
    void createStartsInTheFirstStep() {
        Rollout.Running rollout = Rollout.create(PLAN, cause(RolloutAction.CREATE, "c-0"));

        assertThat(rollout.state()).isEqualTo(RolloutState.RUNNING);
        assertThat(rollout.step()).isZero();
        assertThat(rollout.weightBasisPoints()).isEqualTo(1_000);
        assertThat(rollout.version()).isEqualTo(1);
        assertThat(rollout.trail().commandIds()).containsExactly("c-0");
    }

    @Test
    void advanceGoesToTheNextStep() {
        Rollout.Running next = running().advance(cause(RolloutAction.ADVANCE, "c-1"));

        assertThat(next.step()).isEqualTo(1);
        assertThat(next.weightBasisPoints()).isEqualTo(5_000);
        assertThat(next.version()).isEqualTo(2);
        assertThat(next.trail().history())
                .extracting(HistoryEntry::action)
                .containsExactly(RolloutAction.CREATE, RolloutAction.ADVANCE);
    }

    @Test
    void thereIsNoStepAfterTheLast() {
        Rollout.Running last = running().advance(cause(RolloutAction.ADVANCE, "c-1"));

        assertThat(last.hasNextStep()).isFalse();
        assertThatThrownBy(() -> last.advance(cause(RolloutAction.ADVANCE, "c-2")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("last step 1");
    }

    @Test
    void holdKeepsStepAndWeight() {
        Rollout.Held held = running().hold(cause(RolloutAction.HOLD, "c-1"));

        assertThat(held.state()).isEqualTo(RolloutState.HELD);
        assertThat(held.weightBasisPoints()).isEqualTo(1_000);
        assertThat(held.heldBy()).isEqualTo("person:ada");
        assertThat(held.version()).isEqualTo(2);
    }

    @Test
    void resumeGoesOnFromTheSameStep() {
        Rollout.Running resumed =
                running().hold(cause(RolloutAction.HOLD, "c-1")).resume(cause(RolloutAction.RESUME, "c-2"));

        assertThat(resumed.step()).isZero();
        assertThat(resumed.version()).isEqualTo(3);
    }

    @Test
    void everyLiveRolloutCanEndInThreeWays() {
        for (Rollout.Live live : List.of(running(), running().hold(cause(RolloutAction.HOLD, "c-1")))) {
            Rollout.Promoted promoted = live.promote(cause(RolloutAction.PROMOTE, "c-9"));
            Rollout.RolledBack rolledBack = live.rollBack(cause(RolloutAction.ROLL_BACK, "c-9"));
            Rollout.Aborted aborted = live.abort(cause(RolloutAction.ABORT, "c-9"));

            assertThat(promoted.weightBasisPoints()).isEqualTo(10_000);
            assertThat(rolledBack.weightBasisPoints()).isZero();
            assertThat(aborted.weightBasisPoints()).isZero();
            assertThat(List.of(promoted, rolledBack, aborted))
                    .allMatch(ended -> ended.state().ended() && ended.version() == live.version() + 1);
        }
    }

    @Test
    void noStateHasAnyOtherMove() {
        assertThat(moves(Rollout.Running.class))
                .containsOnly("advance", "hold", "promote", "rollBack", "rollBackArm", "abort");
        assertThat(moves(Rollout.Held.class)).containsOnly("resume", "promote", "rollBack", "rollBackArm", "abort");
        assertThat(moves(Rollout.Promoted.class)).isEmpty();
        assertThat(moves(Rollout.RolledBack.class)).isEmpty();
        assertThat(moves(Rollout.Aborted.class)).isEmpty();
    }

    @Test
    void theTrailIsBoundedAndKeepsTheCreation() {
        Rollout.Running rollout = running();
        for (int i = 0; i < 1_000; i++) {
            rollout = rollout.hold(cause(RolloutAction.HOLD, "h-" + i)).resume(cause(RolloutAction.RESUME, "r-" + i));
        }

        assertThat(rollout.version()).isEqualTo(2_001);
        assertThat(rollout.trail().history()).hasSize(Trail.HISTORY_MAX);
        assertThat(rollout.trail().history().get(0).action()).isEqualTo(RolloutAction.CREATE);
        assertThat(rollout.trail().commandIds())
                .hasSize(Trail.COMMAND_IDS_MAX)
                .startsWith("c-0")
                .endsWith("r-999");
    }

    private static Set<String> moves(Class<?> state) {
        return Arrays.stream(state.getMethods())
                .filter(method -> Arrays.asList(method.getParameterTypes()).contains(HistoryEntry.class))
                .filter(method -> Rollout.class.isAssignableFrom(method.getReturnType()))
                .map(Method::getName)
                .collect(Collectors.toSet());
    }

    private static Rollout.Running running() {
        return Rollout.create(PLAN, cause(RolloutAction.CREATE, "c-0"));
    }

    private static HistoryEntry cause(RolloutAction action, String id) {
        return new HistoryEntry(1, action, "person:ada", "because", id);
    }
}
