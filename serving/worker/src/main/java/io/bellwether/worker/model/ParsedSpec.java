package io.bellwether.worker.model;

import java.util.List;
import java.util.stream.Collectors;

/** What came of reading a {@code model.yaml}: a specification without faults, or every fault it has. */
public sealed interface ParsedSpec {

    /**
     * @param spec the specification; every rule of the format holds
     */
    record Valid(ModelSpec spec) implements ParsedSpec {}

    /**
     * @param problems at least one, in the order of their lines
     */
    record Refused(List<SpecProblem> problems) implements ParsedSpec {
        public Refused {
            problems = List.copyOf(problems);
        }

        /** All problems in one line of text. */
        public String reason() {
            return "model.yaml has "
                    + (problems.size() == 1 ? "a problem: " : problems.size() + " problems: ")
                    + problems.stream().map(SpecProblem::text).collect(Collectors.joining(" | "));
        }
    }
}
