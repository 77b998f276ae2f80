package io.bellwether.worker.model;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.TextFormat;
import com.google.protobuf.TextFormat.ParseException;
import com.google.protobuf.TextFormatParseInfoTree;
import com.google.protobuf.TextFormatParseLocation;
import io.bellwether.protocol.oip.ModelConfig;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The text of a {@code config.pbtxt} as a message, with the line of each field.
 *
 * @param config the fields that are known here
 * @param lines where they are
 */
record TritonText(ModelConfig config, Lines lines) {
    private static final int NESTING_MAX = 32;
    /** How the library begins its report of fields that the message does not have; one follows on each line. */
    private static final String UNKNOWN_FIELDS = "Input contains unknown fields";

    private static final Pattern UNKNOWN_FIELD = Pattern.compile("(?m)^(\\d{1,9}):\\d+:\\t[\\w.]*?([\\w]+\\.\\w+)$");

    /** Reads the text. Unknown fields become findings; of a text that is not in the format there is nothing. */
    static Optional<TritonText> parse(String text, Findings findings) {
        TextFormatParseInfoTree.Builder places = TextFormatParseInfoTree.builder();
        ModelConfig.Builder config = ModelConfig.newBuilder();
        TextFormat.Parser parser = TextFormat.Parser.newBuilder()
                .setSingularOverwritePolicy(TextFormat.Parser.SingularOverwritePolicy.FORBID_SINGULAR_OVERWRITES)
                .setRecursionLimit(NESTING_MAX)
                .setParseInfoTreeBuilder(places)
                .build();
        try {
            parser.merge(text, config);
        } catch (ParseException e) {
            String said = String.valueOf(e.getMessage());
            // Unknown fields are reported at the end, when all others are read.
            if (!said.contains(UNKNOWN_FIELDS) || !TritonAdvice.apply(unknownFields(said), findings)) {
                findings.add(TritonSyntax.problem(e, text));
                return Optional.empty();
            }
        }
        return Optional.of(new TritonText(config.build(), new Lines(places.build(), ModelConfig.getDescriptor())));
    }

    private static List<TritonAdvice.Unknown> unknownFields(String said) {
        return UNKNOWN_FIELD.matcher(said).results().map(TritonText::unknown).toList();
    }

    private static TritonAdvice.Unknown unknown(MatchResult match) {
        return new TritonAdvice.Unknown(Integer.parseInt(match.group(1)), match.group(2));
    }

    /**
     * The lines of a message's fields. The library keeps one tree for all messages of a list in brackets; then a field's line
     * is the one of this message when every message of the list has the field, else the first.
     *
     * @param index which of the messages in the tree this is
     * @param messages how many are in the tree
     */
    record Lines(TextFormatParseInfoTree tree, Descriptor type, int index, int messages) {
        Lines(TextFormatParseInfoTree tree, Descriptor type) {
            this(tree, type, 0, 1);
        }

        /** Line of the field, from 1; 0 when it is not there. */
        int of(String field) {
            List<TextFormatParseLocation> locations = tree.getLocations(descriptor(field));
            if (locations.isEmpty()) {
                return 0;
            }
            return locations.get(locations.size() == messages ? index : 0).getLine() + 1;
        }

        /** The lines inside the message at {@code at} of the {@code count} in that field. */
        Lines in(String field, int at, int count) {
            FieldDescriptor descriptor = descriptor(field);
            List<TextFormatParseInfoTree> trees = tree.getNestedTrees(descriptor);
            if (trees.isEmpty()) {
                return new Lines(TextFormatParseInfoTree.builder().build(), descriptor.getMessageType());
            }
            return trees.size() == count
                    ? new Lines(trees.get(at), descriptor.getMessageType())
                    : new Lines(trees.get(0), descriptor.getMessageType(), at, count);
        }

        private FieldDescriptor descriptor(String field) {
            FieldDescriptor descriptor = type.findFieldByName(field);
            if (descriptor == null) {
                throw new IllegalArgumentException("no field " + field + " in " + type.getName());
            }
            return descriptor;
        }
    }
}
