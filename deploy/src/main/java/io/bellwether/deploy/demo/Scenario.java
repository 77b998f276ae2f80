package io.bellwether.deploy.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * One rollout of the demo and how it should end.
 *
 * @param name of the candidate
 * @param stable version that serves before
 * @param candidate version that is rolled out
 * @param fault what is the matter with the candidate, for people
 * @param ending the state it should end in
 * @param causes guardrails of which one must have caused a roll back, by the beginnings of their names; empty when promoted
 */
record Scenario(String name, String stable, String candidate, String fault, String ending, List<String> causes) {
    static final String PROMOTED = "PROMOTED";
    static final String ROLLED_BACK = "ROLLED_BACK";

    /** The demo, in order. */
    static List<Scenario> all() {
        return List.of(
                new Scenario("good", "1", "2", "was trained on nine times the images", PROMOTED, List.of()),
                // the extra work costs device time too, and whichever is seen first takes it back
                new Scenario(
                        "slow",
                        "2",
                        "3",
                        "inverts a matrix anew for each call",
                        ROLLED_BACK,
                        List.of("latency", "cost")),
                new Scenario("failing", "2", "4", "throws on images with much ink", ROLLED_BACK, List.of("errors")),
                new Scenario("drifting", "2", "5", "sees eights where there are none", ROLLED_BACK, List.of("classes")),
                // what is computed twice takes longer too: next to a path of half a millisecond that is seen as well
                new Scenario(
                        "costly", "2", "6", "computes everything twice", ROLLED_BACK, List.of("cost", "latency_p50")));
    }

    /**
     * What is not as it should be, empty when all is.
     *
     * @param state the state of the rollout at its end
     * @param blamed the guardrails that the last verdict names
     */
    List<String> differences(String state, Set<String> blamed) {
        var differences = new ArrayList<String>();
        if (!state.equals(ending)) {
            differences.add("it ended as " + state + " instead of " + ending);
        }
        if (!causes.isEmpty()
                && blamed.stream().noneMatch(name -> causes.stream().anyMatch(name::startsWith))) {
            differences.add("the cause is " + blamed + " and not " + String.join(" or ", causes));
        }
        return differences;
    }
}
