package io.bellwether.routing;

import static io.bellwether.routing.Commands.MODEL;
import static io.bellwether.routing.Commands.ROLLOUT;
import static io.bellwether.routing.Commands.abort;
import static io.bellwether.routing.Commands.advance;
import static io.bellwether.routing.Commands.createShadow;
import static io.bellwether.routing.Commands.fold;
import static io.bellwether.routing.Commands.hold;
import static io.bellwether.routing.Commands.move;
import static io.bellwether.routing.Commands.plan;
import static io.bellwether.routing.Commands.promote;
import static io.bellwether.routing.Commands.resume;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bellwether.controlapi.log.Command;
import io.bellwether.controlapi.log.Comparison;
import io.bellwether.controlapi.log.Shadow;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A rollout whose candidate serves nobody. */
class ShadowTest {
    private static final Set<String> BOTH = Set.of("1", "2");
    private static final int KEYS = 20_000;

    @Test
    void theCandidateNeverServes() {
        // Given
        RouteTable routes = fold(createShadow("c-0", 10_000, 0)).routes();

        // Then
        assertThat(IntStream.range(0, KEYS).mapToObj(i -> routes.route(MODEL, "", "key-" + i, BOTH)))
                .containsOnly(new Route.Routed("1", Arm.STABLE_REST, ROLLOUT));
    }

    @Test
    void itsShareOfTheKeysIsCopiedAndOfThoseTheTwinsShare() {
        // Given
        RouteTable routes = fold(createShadow("c-0", 2_500, 4_000)).routes();

        // When
        long copied = keys(routes).count();
        long twins = keys(routes).filter(ShadowCopy::twin).count();

        // Then four standard errors
        assertThat((double) copied / KEYS).isCloseTo(0.25, within(4 * Math.sqrt(0.25 * 0.75 / KEYS)));
        assertThat((double) twins / KEYS).isCloseTo(0.1, within(4 * Math.sqrt(0.1 * 0.9 / KEYS)));
        assertThat(keys(routes))
                .allMatch(copy -> copy.version().equals("2") && copy.rolloutId().equals(ROLLOUT));
    }

    @Test
    void withoutNumbersAllIsCopiedAndNothingTwice() {
        // When
        RouteTable routes = fold(createShadow("c-0", 0, 0)).routes();

        // Then
        assertThat(keys(routes)).hasSize(KEYS).noneMatch(ShadowCopy::twin);
        assertThat(routes.shadow(MODEL, "k", BOTH).orElseThrow().comparison())
                .isEqualTo(Comparison.newBuilder()
                        .setTolerance(0.001)
                        .setTop(5)
                        .setAtLeast(0.999)
                        .build());
    }

    @Test
    void nothingIsCopiedWhileItIsHeldOrItsCandidateIsNotReadyOrAfterItsEnd() {
        // Given
        Command create = createShadow("c-0", 10_000, 0);

        // Then
        assertThat(fold(create).routes().shadow(MODEL, "k", Set.of("1"))).isEmpty();
        assertThat(fold(create, hold("c-1", 1)).routes().shadow(MODEL, "k", BOTH))
                .isEmpty();
        assertThat(fold(create, hold("c-1", 1), resume("c-2", 2)).routes().shadow(MODEL, "k", BOTH))
                .isPresent();
        assertThat(fold(create, abort("c-1", 1)).routes().shadow(MODEL, "k", BOTH))
                .isEmpty();
    }

    @Test
    void itNeitherAdvancesNorIsPromoted() {
        // Given
        ControlState state = fold(createShadow("c-0", 10_000, 0));

        // Then
        for (Command raising : new Command[] {advance("c-1", 1, 1), promote("c-2", 1)}) {
            assertThat(CommandCheck.problems(state, raising))
                    .extracting(Problem::what)
                    .containsExactly("rollout 'r-1' is a shadow, its candidate serves nobody");
            assertThat(state.apply(raising, 1).state().liveRollout(MODEL)).isEqualTo(state.liveRollout(MODEL));
        }
    }

    @Test
    void allThatIsWrongWithItIsSaidAtOnce() {
        // Given
        Command create = move("c-0", 0)
                .setCreate(plan("1", "2", 500)
                        .setShadow(Shadow.newBuilder()
                                .setShareBasisPoints(10_001)
                                .setTwinBasisPoints(-1)
                                .setComparison(Comparison.newBuilder()
                                        .setRuleValue(77)
                                        .setTolerance(Double.NaN)
                                        .setTop(1_001)
                                        .setAtLeast(1.5))))
                .build();

        // Then
        assertThat(CommandCheck.problems(ControlState.empty(), create))
                .extracting(Problem::field)
                .containsExactly(
                        "steps",
                        "shadow.sharePercent",
                        "shadow.twinPercent",
                        "shadow.comparison.rule",
                        "shadow.comparison.tolerance",
                        "shadow.comparison.top",
                        "shadow.comparison.atLeast");
    }

    private static Stream<ShadowCopy> keys(RouteTable routes) {
        return IntStream.range(0, KEYS)
                .mapToObj(i -> routes.shadow(MODEL, "key-" + i, BOTH))
                .flatMap(Optional::stream);
    }
}
