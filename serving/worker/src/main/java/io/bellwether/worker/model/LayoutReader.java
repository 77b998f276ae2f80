package io.bellwether.worker.model;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads {@code versions} and {@code program} of a {@code model.yaml}: what is served, and from which file. */
final class LayoutReader {
    private static final String VERSIONS = "versions";
    private static final String PROGRAM = "program";
    private static final Pattern FILE = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}");
    private static final int VERSIONS_MAX = 1024;

    private LayoutReader() {}

    static ParsedSpec.Layout read(YamlMapping root) {
        Optional<String> program = root.has(PROGRAM)
                ? Optional.of(root.text(
                        PROGRAM,
                        "model.pt",
                        name -> FILE.matcher(name).matches(),
                        "give the name of a file in the folder of each version; an ONNX graph ends in .onnx"))
                : Optional.empty();
        return new ParsedSpec.Layout(versions(root), program);
    }

    private static VersionPolicy versions(YamlMapping root) {
        if (!root.has(VERSIONS)) {
            return VersionPolicy.ALL;
        }
        if (root.isMapping(VERSIONS)) {
            YamlMapping node = root.mapping(VERSIONS);
            int latest = node.wholeNumber("latest", 1, 1, VERSIONS_MAX);
            node.refuseUnknownKeys();
            return new VersionPolicy.Latest(latest);
        }
        String fix = "write all, {latest: 1} or a list of version numbers such as [1, 3]";
        if (root.isList(VERSIONS)) {
            List<Node> items = root.list(VERSIONS, VERSIONS_MAX, fix);
            List<Long> numbers = items.stream()
                    .map(YamlMapping::longOf)
                    .flatMap(Optional::stream)
                    .filter(number -> number > 0)
                    .toList();
            if (numbers.size() < items.size()) {
                root.problemAt(VERSIONS, "contains what is no version number", fix);
            }
            return new VersionPolicy.Only(numbers);
        }
        root.text(VERSIONS, "all", "all"::equals, fix);
        return VersionPolicy.ALL;
    }
}
