package io.bellwether.gateway.config;

import io.bellwether.routing.hedge.HedgeSettings;
import io.bellwether.routing.hedge.HedgeTerms;
import java.util.List;
import java.util.Set;

/** What is hedged, as configured; what is wrong is refused by the name of its property. */
public final class HedgingTerms {
    private HedgingTerms() {}

    public static HedgeTerms of(HedgingConfig config) {
        List<String> models = config.models().orElse(List.of());
        if (models.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException(
                    "gateway.hedging.models has an empty name in it; expected names of models, or * for all");
        }
        if (models.size() > 1 && models.contains(HedgeTerms.ALL)) {
            throw new IllegalArgumentException("gateway.hedging.models is " + models
                    + ", but * names all models; leave the other names out, or the *");
        }
        try {
            return new HedgeTerms(
                    Set.copyOf(models),
                    new HedgeSettings(
                            config.delayQuantile(), config.delayMin().toNanos(), config.shareMax(), config.burst()));
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new IllegalArgumentException("gateway.hedging: " + e.getMessage(), e);
        }
    }
}
