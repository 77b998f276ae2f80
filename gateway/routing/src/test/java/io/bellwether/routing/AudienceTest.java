package io.bellwether.routing;

import static io.bellwether.routing.Commands.MODEL;
import static io.bellwether.routing.Commands.ROLLOUT;
import static io.bellwether.routing.Commands.abort;
import static io.bellwether.routing.Commands.fold;
import static io.bellwether.routing.Commands.move;
import static io.bellwether.routing.Commands.plan;
import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.controlapi.log.Command;
import io.bellwether.controlapi.log.CreateRollout;
import io.bellwether.controlapi.log.Target;
import io.bellwether.routing.Problem.Kind;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rollouts that are about some requests only. */
class AudienceTest {
    private static final Set<String> BOTH = Set.of("1", "2");
    private static final Target TENANTS =
            Target.newBuilder().addTenants("acme").addTenants("globex").build();
    private static final Target PLANS =
            Target.newBuilder().setHeader("X-Plan").addValues("beta").build();

    @Test
    void theAudienceIsThatOfTheLiveRollout() {
        ControlState state = fold(create(TENANTS));

        assertThat(state.routes().audience(MODEL)).isEqualTo(new Audience.OfTenants(List.of("acme", "globex")));
        assertThat(fold(create(PLANS)).routes().audience(MODEL))
                .isEqualTo(new Audience.OfHeader("X-Plan", List.of("beta")));
        assertThat(state.routes().audience("other")).isEqualTo(Audience.everybody());
        assertThat(state.apply(abort("a", 1), 1).state().routes().audience(MODEL))
                .isEqualTo(Audience.everybody());
    }

    @Test
    void aRequestOutsideIsRoutedAsIfThereWereNoRollout() {
        RouteTable table = fold(create(TENANTS)).routes();

        assertThat(table.routeOutside(MODEL, BOTH)).isEqualTo(new Route.Routed("1", Arm.STABLE_REST, ""));
        assertThat(table.routeOutside(MODEL, Set.of("2"))).isEqualTo(new Route.NoRoute(Route.Reason.NOT_READY, "1"));
        assertThat(table.routeOutside("other", Set.of("7"))).isEqualTo(new Route.Routed("7", Arm.STABLE_REST, ""));
    }

    @Test
    void bothComparedArmsAreDrawnFromTheAudience() {
        RouteTable table = fold(create(TENANTS)).routes();
        long compared = IntStream.range(0, 10_000)
                .mapToObj(i -> (Route.Routed) table.route(MODEL, "", "k" + i, BOTH))
                .filter(routed -> routed.rolloutId().equals(ROLLOUT))
                .filter(routed -> routed.arm() == Arm.CANDIDATE || routed.arm() == Arm.CONTROL)
                .count();

        // At 50 % everybody inside is compared.
        assertThat(compared).isEqualTo(10_000);
    }

    @Test
    void aTargetSurvivesTheWayThroughBytes() {
        for (Target target : List.of(TENANTS, PLANS)) {
            ControlState state = fold(create(target));
            assertThat(ControlSnapshots.read(ControlSnapshots.write(state, "log")))
                    .isEqualTo(new SnapshotRead.Restored(state, "log"));
        }
    }

    @Test
    void aTargetNamesTenantsOrAHeader() {
        assertProblem(Target.getDefaultInstance(), "target", "names nobody");
        assertProblem(TENANTS.toBuilder().setHeader("X-Plan").build(), "target", "tenants and a header");
        assertProblem(Target.newBuilder().addValues("beta").build(), "target.header", "is not the name of a header");
        assertProblem(Target.newBuilder().setHeader("X-Plan").build(), "target.values", "0 entries, expected 1 to 16");
    }

    @Test
    void namesAreFewAndDifferent() {
        Target.Builder many = Target.newBuilder();
        IntStream.range(0, 17).forEach(i -> many.addTenants("t" + i));

        assertProblem(many.build(), "target.tenants", "17 entries, expected 1 to 16");
        assertProblem(TENANTS.toBuilder().addTenants("acme").build(), "target.tenants[2]", "'acme' comes twice");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " beta",
                "beta ",
                "b\neta",
                "b\u00e9ta",
                "12345678901234567890123456789012345678901234567890123456789012345"
            })
    void aValueIsShortAndPrintable(String value) {
        assertProblem(PLANS.toBuilder().setValues(0, value).build(), "target.values[0]", "is not valid");
        assertProblem(TENANTS.toBuilder().setTenants(0, value).build(), "target.tenants[0]", "is not valid");
    }

    @Test
    void aTargetWithAsManyClientsAsValuesIsNotJudgedAutomatically() {
        CreateRollout.Builder plan = plan("1", "2", 5_000).setTarget(PLANS).setKeyHeader("x-plan");

        assertThat(problems(plan)).singleElement().satisfies(problem -> assertThat(problem.text())
                .contains("at most 16 clients, too few to judge by", "make the rollout manual"));
        assertThat(problems(plan.setAutomatic(false))).isEmpty();
    }

    @Test
    void aTenantThatIsNotDeclaredIsUnknown() {
        assertThat(CommandCheck.problems(
                        ControlState.empty(), create(TENANTS), new Known(Set.of("1", "2"), Set.of("default", "acme"))))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.kind()).isEqualTo(Kind.UNKNOWN);
                    assertThat(problem.text())
                            .isEqualTo("tenant 'globex' is not declared at this gateway; declare it"
                                    + " (gateway.tenants), or use one of [acme, default]");
                });
    }

    private static void assertProblem(Target target, String field, String what) {
        assertThat(problems(plan("1", "2", 5_000).setTarget(target))).anySatisfy(problem -> {
            assertThat(problem.field()).isEqualTo(field);
            assertThat(problem.what()).contains(what);
        });
    }

    private static List<Problem> problems(CreateRollout.Builder plan) {
        return CommandCheck.problems(
                ControlState.empty(), move("c", 0).setCreate(plan).build());
    }

    private static Command create(Target target) {
        return move("c-0", 0).setCreate(plan("1", "2", 5_000).setTarget(target)).build();
    }
}
