package io.bellwether.routing.hedge;

import java.util.Set;

/**
 * What is hedged, and how.
 *
 * @param models names of models, or {@link #ALL}; empty for none
 */
public record HedgeTerms(Set<String> models, HedgeSettings settings) {
    /** Names every model. */
    public static final String ALL = "*";

    public HedgeTerms {
        models = Set.copyOf(models);
    }

    /** Whether late requests for a model may go to a second worker as well. */
    public boolean hedges(String model) {
        return models.contains(model) || models.contains(ALL);
    }
}
