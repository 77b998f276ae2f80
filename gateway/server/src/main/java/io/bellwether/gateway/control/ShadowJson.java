package io.bellwether.gateway.control;

import io.bellwether.controlapi.log.Comparison;
import io.bellwether.controlapi.log.Shadow;
import java.util.Arrays;
import java.util.List;

/** Reads what a request of the control API says about a shadow. */
final class ShadowJson {
    private static final List<String> RULES = Arrays.stream(Comparison.Rule.values())
            .filter(rule -> rule != Comparison.Rule.UNRECOGNIZED)
            .map(Enum::name)
            .toList();

    private ShadowJson() {}

    static Shadow read(JsonFields fields) {
        Shadow.Builder shadow = Shadow.newBuilder()
                .setShareBasisPoints(fields.basisPoints("sharePercent"))
                .setTwinBasisPoints(fields.basisPoints("twinPercent"));
        fields.refuseZero("sharePercent", "all requests");
        if (fields.has("comparison")) {
            shadow.setComparison(comparison(fields.object("comparison")));
        }
        fields.noMore();
        return shadow.build();
    }

    private static Comparison comparison(JsonFields fields) {
        Comparison.Builder comparison = Comparison.newBuilder()
                .setTolerance(fields.number("tolerance"))
                .setTop((int) Math.max(-1, Math.min(Integer.MAX_VALUE, fields.whole("top"))))
                .setAtLeast(fields.number("atLeast"));
        fields.refuseZero("tolerance", "0.001");
        fields.refuseZero("top", "5");
        fields.refuseZero("atLeast", "the default of the rule");
        fields.choice("rule", RULES).ifPresent(rule -> comparison.setRule(Comparison.Rule.valueOf(rule)));
        fields.noMore();
        return comparison.build();
    }
}
