package io.bellwether.worker.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Builds the tree of a {@code model.yaml} from another source, so that one set of rules checks all of them. Each node knows
 * the line of that source it came from, counted from 1; 0 when it came from no line.
 */
final class SpecNodes {
    private final List<NodeTuple> tuples = new ArrayList<>();

    /** Adds a key. */
    void put(String key, Node value) {
        tuples.add(new NodeTuple(new ScalarNode(Tag.STR, true, key, ScalarStyle.PLAIN, mark(0), mark(0)), value));
    }

    /** Adds a key unless it is there. */
    void putOnce(String key, Node value) {
        boolean there = tuples.stream()
                .anyMatch(tuple -> tuple.getKeyNode() instanceof ScalarNode name
                        && name.getValue().equals(key));
        if (!there) {
            put(key, value);
        }
    }

    /** Adds a key as it stands in another tree. */
    void add(NodeTuple tuple) {
        tuples.add(tuple);
    }

    Node mapping(int line) {
        return new MappingNode(Tag.MAP, true, List.copyOf(tuples), FlowStyle.BLOCK, mark(line), mark(line));
    }

    static Node text(String value, int line) {
        return new ScalarNode(Tag.STR, true, value, ScalarStyle.DOUBLE_QUOTED, mark(line), mark(line));
    }

    static Node number(long value, int line) {
        return new ScalarNode(Tag.INT, true, Long.toString(value), ScalarStyle.PLAIN, mark(line), mark(line));
    }

    static Node numbers(List<Long> values, int line) {
        return list(values.stream().map(value -> number(value, line)).toList(), line);
    }

    static Node list(List<Node> items, int line) {
        return new SequenceNode(Tag.SEQ, true, items, FlowStyle.FLOW, mark(line), mark(line));
    }

    /** A tensor of {@code inputs} or {@code outputs}. */
    static Node tensor(String name, String datatype, Node shape, int line) {
        SpecNodes tensor = new SpecNodes();
        tensor.put("name", text(name, line));
        tensor.put("datatype", text(datatype, line));
        tensor.put("shape", shape);
        return tensor.mapping(line);
    }

    private static Optional<Mark> mark(int line) {
        return Optional.of(new Mark("", 0, line - 1, 0, new int[0], 0));
    }
}
