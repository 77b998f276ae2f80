package io.bellwether.monitoring.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** False and true conclusions over many simulated rollouts that are split by client; equal seeds give equal rollouts. */
class ClientErrorRatesTest {
    private static final int RUNS = Boolean.getBoolean("bellwether.long") ? 1_000 : 200;
    private static final int SECONDS = 60;
    private static final int CLIENTS_OF_ARM = 600;
    private static final int REQUESTS_OF_ARM = 60;
    private static final double ALPHA = 0.05;
    private static final RareMargins NARROW_RARE = new RareMargins(0.02, 1.01, 1e-4, 1.01, 1e-4);
    private static final Margins NARROW =
            new Margins(ALPHA, 0.05, 1.01, ErrorFloors.at(1e-4), 0.02, 0.02, 0.02, 1.5, NARROW_RARE, Weights.DEFAULTS);
    private static final Conduct NO_COST = new Conduct(true, Unit.REQUEST, false, false);
    private static final RolloutPlan BY_REQUESTS =
            new RolloutPlan("r", "m", "1", "2", List.of(new PlannedStep(2_500, 5, 200)), NARROW, NO_COST);

    /** Exceeded with a chance of about one in a thousand if the true share is {@code level}. */
    private static double most(double level) {
        return RUNS * level + 3.1 * Math.sqrt(RUNS * level * (1 - level));
    }

    private static long rolledBack(
            String what, List<RolloutPlan> plans, double failures, UnaryOperator<SlotCounts> units) {
        long found = IntStream.range(0, RUNS)
                .filter(seed -> isRolledBack(seed, plans, failures, units))
                .count();
        System.out.printf("%s: %d of %d (seeds 0 to %d)%n", what, found, RUNS, RUNS - 1);
        return found;
    }

    /** One gateway and one evaluation for each plan; any of them may roll back. */
    private static boolean isRolledBack(
            long seed, List<RolloutPlan> plans, double failures, UnaryOperator<SlotCounts> units) {
        SimulatedClients clients = new SimulatedClients(seed, CLIENTS_OF_ARM, plans.size(), failures);
        List<RolloutEvaluation> evaluations = plans.stream()
                .map(plan -> RolloutEvaluation.start(plan, EvaluationSettings.DEFAULTS, StableHistory.UNKNOWN))
                .toList();
        for (long slot = 1; slot <= SECONDS; slot++) {
            List<SlotCounts> counts = clients.slot(slot, REQUESTS_OF_ARM);
            for (int i = 0; i < plans.size(); i++) {
                evaluations.get(i).add(units.apply(counts.get(i)));
            }
        }
        // Harm that was ever shown stays shown, so one look at the end sees what a look every second would have.
        RolloutStatus status = new RolloutStatus(0, false, 1, 0);
        return evaluations.stream()
                .anyMatch(evaluation -> evaluation.assess(status, SECONDS).isHarmShown());
    }

    @Test
    void requestsOfClientsBreakTheLevelAndTheirFirstRequestsKeepIt() {
        long byRequests =
                rolledBack("equal, by requests: rolled back", List.of(BY_REQUESTS), 0, SimulatedClients::byRequests);
        long byClients = rolledBack(
                "equal, by clients: rolled back", List.of(BY_REQUESTS.byClients(0)), 0, UnaryOperator.identity());

        assertThat((double) byRequests).isGreaterThan(2 * most(ALPHA));
        assertThat((double) byClients).isLessThanOrEqualTo(most(ALPHA));
    }

    @Test
    void threeGatewaysThatSeeTheSameClientsKeepTheLevelTogether() {
        List<RolloutPlan> plans =
                IntStream.range(0, 3).mapToObj(BY_REQUESTS::byClients).toList();
        long equal = rolledBack("equal, three gateways: rolled back", plans, 0, UnaryOperator.identity());

        assertThat((double) equal).isLessThanOrEqualTo(most(ALPHA));
    }

    @Test
    void harmIsFoundByClients() {
        long failing = rolledBack(
                "20 % more failures, by clients: rolled back",
                List.of(BY_REQUESTS.byClients(0)), 0.2, UnaryOperator.identity());

        assertThat((double) failing).isGreaterThan(0.95 * RUNS);
    }
}
