package io.bellwether.loadtests.benchmarks;

import io.bellwether.controlapi.log.Command;
import io.bellwether.controlapi.log.CreateRollout;
import io.bellwether.controlapi.log.Step;
import io.bellwether.controlapi.log.Target;
import io.bellwether.routing.Audience;
import io.bellwether.routing.ControlState;
import io.bellwether.routing.Route;
import io.bellwether.routing.RouteTable;
import io.bellwether.routing.admission.Admission;
import io.bellwether.routing.admission.AdmissionControl;
import io.bellwether.routing.admission.AdmissionControl.Lane;
import io.bellwether.routing.admission.LimitSettings;
import io.bellwether.routing.admission.TenantQuota;
import io.bellwether.routing.admission.Tenants;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Route and admission of one request, in the order of a gateway: its version by a rollout's split of its id, its tenant among
 * a hundred, both quotas, a slot of its lane, and the end of it. And a request that is turned away.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class AdmissionBenchmark {
    private static final int TENANTS = 100;
    private static final int TARGET_VALUES = 16;
    private static final LimitSettings LIMITS =
            new LimitSettings(16, 4_096, 512, 1, 100_000_000, 1_000_000_000, 100_000_000);
    private static final String ID = "0d9f2a34-6f1c-4b7e-9a51-3c2e8f7d6b10";

    private final Set<String> ready = Set.of("1", "2");
    private RouteTable routes = ControlState.empty().routes();
    private RouteTable targeted = ControlState.empty().routes();
    private AdmissionControl control = new AdmissionControl(new Tenants(Map.of()), LIMITS, 0);

    @Setup
    public void prepare() {
        CreateRollout.Builder plan = CreateRollout.newBuilder()
                .setStableVersion("1")
                .setCandidateVersion("2")
                .setAutomatic(true)
                .addSteps(Step.newBuilder()
                        .setWeightBasisPoints(1_000)
                        .setBakeSecondsMin(10)
                        .setRequestsMin(500));
        routes = routes(plan);
        Target.Builder target = Target.newBuilder().setHeader("X-Plan");
        for (int i = 0; i < TARGET_VALUES; i++) {
            target.addValues("plan-" + i);
        }
        targeted = routes(plan.setTarget(target));
        Map<String, TenantQuota> tenants = new TreeMap<>();
        for (int i = 0; i < TENANTS - 1; i++) {
            tenants.put("tenant-" + i, new TenantQuota(1e9, 1e14, 1, 1 + i));
        }
        tenants.put("greedy", new TenantQuota(1e-6, 1, 1, 1));
        control = new AdmissionControl(new Tenants(tenants), LIMITS, System.nanoTime());
    }

    private static RouteTable routes(CreateRollout.Builder plan) {
        Command create = Command.newBuilder()
                .setId("c")
                .setModel("digits")
                .setActor("person:benchmark")
                .setReason("to be measured")
                .setRolloutId("r")
                .setCreate(plan)
                .build();
        return ControlState.empty().apply(create, 0).state().routes();
    }

    /** The last of as many values as a target may have. */
    @Benchmark
    public Route routeInsideTarget() {
        return routeWith("plan-15");
    }

    @Benchmark
    public Route routeOutsideTarget() {
        return routeWith("plan-16");
    }

    private Route routeWith(String value) {
        return targeted.audience("digits") instanceof Audience.OfHeader header
                        && header.values().contains(value)
                ? targeted.route("digits", "", ID, ready)
                : targeted.routeOutside("digits", ready);
    }

    @Benchmark
    public Route route() {
        return routes.route("digits", "", ID, ready);
    }

    @Benchmark
    public Admission routeAdmitAndEnd() {
        Route.Routed route = (Route.Routed) routes.route("digits", "", ID, ready);
        int tenant = control.tenants().number("tenant-42");
        long now = System.nanoTime();
        Lane lane = control.lane("digits", route, now);
        Admission admission = control.admit(lane, tenant, 64, now);
        if (admission == Admission.ADMITTED) {
            control.answered(lane, tenant, 0, 1_000_000, System.nanoTime());
        }
        return admission;
    }

    /** All but the first are refused by the quota. */
    @Benchmark
    public Admission routeAndTurnAway() {
        Route.Routed route = (Route.Routed) routes.route("digits", "", ID, ready);
        int tenant = control.tenants().number("greedy");
        long now = System.nanoTime();
        return control.admit(control.lane("digits", route, now), tenant, 64, now);
    }
}
