package io.bellwether.worker.model;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * A model as some file describes it, in the form of a {@code model.yaml}, before its rules are checked.
 *
 * @param file the file, for example {@code config.pbtxt}
 * @param root the tree; empty when the file cannot be read as one
 * @param problems why the model cannot be served as that file has it
 * @param notes what the file asks for and is not done here, harmlessly
 * @param words by key or value of a {@code model.yaml}, the word of that file for it
 */
record Description(
        String file,
        Optional<Node> root,
        List<SpecProblem> problems,
        List<SpecProblem> notes,
        Map<String, String> words) {
    Description {
        problems = List.copyOf(problems);
        notes = List.copyOf(notes);
        words = Map.copyOf(words);
    }

    /** The problem with the words of the file. */
    SpecProblem inItsWords(SpecProblem problem) {
        String path =
                Arrays.stream(problem.path().split("\\.")).map(this::segment).collect(Collectors.joining("."));
        return new SpecProblem(problem.line(), path, problem.found(), problem.fix());
    }

    /** The word of the file for a key or value of a {@code model.yaml}. */
    String word(String key) {
        return words.getOrDefault(key, key);
    }

    /** Where the key is, as the beginning of a sentence: the file, and the line where it is known. */
    String placeOf(String key) {
        int line = value(key)
                .flatMap(Node::getStartMark)
                .map(mark -> mark.getLine() + 1)
                .orElse(0);
        return file + (line > 0 ? " line " + line : "") + ": ";
    }

    /** Whether it has keys at all; a list or a single word has none, and is refused when its rules are checked. */
    boolean isMapping() {
        return root.orElse(null) instanceof MappingNode;
    }

    /** Whether the description has the key. */
    boolean has(String key) {
        return value(key).isPresent();
    }

    /** The text or number under the key. */
    Optional<String> scalar(String key) {
        return value(key).filter(ScalarNode.class::isInstance).map(node -> ((ScalarNode) node).getValue());
    }

    private Optional<Node> value(String key) {
        if (!(root.orElse(null) instanceof MappingNode mapping)) {
            return Optional.empty();
        }
        return mapping.getValue().stream()
                .filter(tuple -> tuple.getKeyNode() instanceof ScalarNode name
                        && name.getValue().equals(key))
                .map(NodeTuple::getValueNode)
                .findFirst();
    }

    private String segment(String segment) {
        int index = segment.indexOf('[');
        String key = index < 0 ? segment : segment.substring(0, index);
        return word(key) + (index < 0 ? "" : segment.substring(index));
    }
}
