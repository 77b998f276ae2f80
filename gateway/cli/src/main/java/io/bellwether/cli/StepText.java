package io.bellwether.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a step as WEIGHT[:BAKE[:REQUESTS]][:manual], for instance 25:10s:500, into the form of the control API. */
public final class StepText implements ITypeConverter<ObjectNode> {

    private static final String GATE = ":manual";
    private static final Pattern FORM = Pattern.compile("(\\d{1,3}(?:\\.\\d{1,2})?)%?(?::([^:]+))?(?::(\\d{1,18}))?");

    @Override
    public ObjectNode convert(String text) {
        boolean gated = text.endsWith(GATE);
        Matcher matcher = FORM.matcher(gated ? text.substring(0, text.length() - GATE.length()) : text);
        if (!matcher.matches()) {
            throw new TypeConversionException("'" + text
                    + "' is not a step; expected WEIGHT[:BAKE[:REQUESTS]][:manual], for instance 25:10s:500 for 25"
                    + " percent, at least 10 seconds and at least 500 requests of each compared arm");
        }
        Duration bake = matcher.group(2) == null ? Duration.ZERO : new DurationText().convert(matcher.group(2));
        if (bake.toMillis() % 1_000 != 0) {
            throw new TypeConversionException("'" + text + "': the bake time is counted in whole seconds");
        }
        ObjectNode step = JsonNodeFactory.instance
                .objectNode()
                .put("weightPercent", Double.parseDouble(matcher.group(1)))
                .put("bakeSecondsMin", bake.toSeconds())
                .put("requestsMin", matcher.group(3) == null ? 0 : Long.parseLong(matcher.group(3)));
        return gated ? step.put("gate", "MANUAL") : step;
    }
}
