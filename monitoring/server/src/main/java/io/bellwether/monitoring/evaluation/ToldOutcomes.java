package io.bellwether.monitoring.evaluation;

import java.util.List;

/**
 * Numbers of one outcome that were told in one slot, as places from 0, the declared lower bound, to 1, the upper.
 *
 * @param control of requests of the control arm
 * @param candidate of requests of the candidate arm
 * @param beyond of these, those that lay beyond a bound and count as the bound
 */
public record ToldOutcomes(List<Double> control, List<Double> candidate, long beyond) {
    public ToldOutcomes {
        control = List.copyOf(control);
        candidate = List.copyOf(candidate);
    }
}
