package io.bellwether.gateway.config;

import io.bellwether.gateway.worker.Hedging;
import io.bellwether.routing.hedge.HedgeSettings;
import java.util.List;
import java.util.Set;

/** What is hedged, as configured; what is wrong is refused by the name of its property. */
public final class HedgingTerms {
    private HedgingTerms() {}

    public static Hedging.Terms of(HedgingConfig config) {
        List<String> models = config.models().orElse(List.of());
        if (models.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException(
                    "gateway.hedging.models has an empty name in it; expected names of models, or * for all");
        }
        if (models.size() > 1 && models.contains(Hedging.ALL)) {
            throw new IllegalArgumentException("gateway.hedging.models is " + models
                    + ", but * names all models; leave the other names out, or the *");
        }
        try {
            return new Hedging.Terms(
                    Set.copyOf(models),
                    new HedgeSettings(
                            config.delayQuantile(), config.delayMin().toNanos(), config.shareMax(), config.burst()));
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new IllegalArgumentException("gateway.hedging: " + e.getMessage(), e);
        }
    }
}
