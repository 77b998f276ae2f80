package io.bellwether.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Where the fields of a request stand in the file that it was made of, so that what the gateway says against one names its
 * line. Only the gateway knows which models and versions there are.
 */
final class FilePlaces {
    private final Path file;
    private final ObjectNode body;
    private final Map<String, Integer> lines = new HashMap<>();

    /**
     * @param body what the file said; options may change it later
     */
    FilePlaces(Path file, ObjectNode body, Node root) {
        this.file = file;
        this.body = body.deepCopy();
        note(root, "");
    }

    private void note(Node node, String path) {
        lines.putIfAbsent(path, YamlReading.line(node));
        if (node instanceof MappingNode mapping) {
            for (NodeTuple tuple : mapping.getValue()) {
                String key = YamlReading.text(tuple.getKeyNode());
                note(tuple.getValueNode(), path.isEmpty() ? key : path + "." + key);
            }
        } else if (node instanceof SequenceNode list) {
            for (int i = 0; i < list.getValue().size(); i++) {
                note(list.getValue().get(i), path + "[" + i + "]");
            }
        }
    }

    /**
     * The same answer, with lines if it is a refusal of what the file says.
     *
     * @param sent what was asked in the end
     */
    Answer told(Answer answer, ObjectNode sent) {
        if (!(answer instanceof Answer.Refused refused)
                || refused.problems().stream()
                        .allMatch(problem -> line(problem.field(), sent).isEmpty())) {
            return answer;
        }
        List<Answer.Problem> problems = refused.problems();
        return new Answer.Refused(
                file + " is refused as a whole:\n  "
                        + problems.stream()
                                .map(problem -> line(problem.field(), sent)
                                                .map(line -> "line " + line + ": ")
                                                .orElse("")
                                        + problem.text())
                                .collect(Collectors.joining("\n  ")),
                problems);
    }

    /** Line of a field, or of what holds it; empty if an option said it, or nobody. */
    private Optional<Integer> line(String field, ObjectNode sent) {
        String top = field.split("[.\\[]", 2)[0];
        if (!body.has(top) || !body.path(top).equals(sent.path(top))) {
            return Optional.empty();
        }
        String path = field;
        while (!lines.containsKey(path) && !path.equals(top)) {
            path = path.substring(0, Math.max(path.lastIndexOf('.'), path.lastIndexOf('[')));
        }
        return Optional.ofNullable(lines.get(path));
    }
}
