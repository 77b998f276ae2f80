package io.bellwether.worker.model;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What came of reading the description of a model: a specification without faults, or every fault it has. */
public sealed interface ParsedSpec {

    /**
     * Which versions are served, and from which file.
     *
     * @param program file name of the program in the folder of a version; empty for {@code model.pt} or {@code model.onnx}
     */
    record Layout(VersionPolicy versions, Optional<String> program) {
        /** Every version, with the usual file names. */
        public static final Layout USUAL = new Layout(VersionPolicy.ALL, Optional.empty());
    }

    /**
     * @param spec the specification; every rule of the format holds
     */
    record Valid(ModelSpec spec, Layout layout) implements ParsedSpec {
        /** A model with the usual layout. */
        public Valid(ModelSpec spec) {
            this(spec, Layout.USUAL);
        }
    }

    /**
     * @param file what was read, for example {@code model.yaml}
     * @param problems at least one, in the order of their lines
     */
    record Refused(String file, List<SpecProblem> problems) implements ParsedSpec {
        private static final int SHOWN_MAX = 32;

        public Refused {
            problems = List.copyOf(problems);
        }

        /** All problems in one line of text; of very many the first ones. */
        public String reason() {
            String more = problems.size() > SHOWN_MAX ? " | and " + (problems.size() - SHOWN_MAX) + " more" : "";
            return file
                    + (problems.size() == 1 ? " has a problem: " : " has " + problems.size() + " problems: ")
                    + problems.stream()
                            .limit(SHOWN_MAX)
                            .map(SpecProblem::text)
                            .collect(Collectors.joining(" | ", "", more));
        }
    }
}
