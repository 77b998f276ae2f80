package io.bellwether.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Verdicts as the control API shows them. Long numbers are texts, as protobuf's JSON form has them. */
final class Verdicts {

    private Verdicts() {}

    /** A verdict after a number of requests of each arm, with a share of the evidence that promotes. */
    static ObjectNode growing(long requests, double share) {
        ObjectNode verdict = JsonNodeFactory.instance.objectNode();
        verdict.put("atMillis", Long.toString(requests * 10)).put("slot", Long.toString(requests));
        verdict.put("conclusion", "HOLD").put("reason", "more evidence is needed");
        verdict.put("logECombined", 0.5).put("logERollBack", 5.0).put("logEPromote", 3.0);
        verdict.put("controlRequests", Long.toString(requests)).put("candidateRequests", Long.toString(requests));
        verdict.put("exposedRequests", Long.toString(2 * requests)).put("exposedCostPicoUsd", "2000000");
        verdict.putArray("guardrails")
                .addObject()
                .put("name", "latency_p50")
                .put("weight", 1.0)
                .put("logEHarm", 0.5)
                .put("logESafe", 3.0 * share)
                .put("controlValue", 0.012)
                .put("candidateValue", 0.013)
                .put("unit", "seconds")
                .put("margin", 0.0612)
                .put("controlCount", requests)
                .put("controlEvents", requests / 2)
                .put("candidateCount", requests)
                .put("candidateEvents", requests / 2 + 10)
                .put("detail", "median");
        return verdict;
    }
}
