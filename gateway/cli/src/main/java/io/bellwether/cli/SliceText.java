package io.bellwether.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads slices as BY=VALUE[,VALUE], for instance tenant=acme,globex, into the form of the control API. */
public final class SliceText implements ITypeConverter<ObjectNode> {

    private static final Pattern FORM = Pattern.compile("([A-Za-z0-9-]{1,64})=([^,=]{1,64}(?:,[^,=]{1,64}){0,15})");

    @Override
    public ObjectNode convert(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new TypeConversionException("'" + text
                    + "' declares no slices; expected BY=VALUE[,VALUE], for instance tenant=acme,globex or"
                    + " x-bw-segment=free,paid, with at most 16 values");
        }
        ObjectNode slice = JsonNodeFactory.instance.objectNode().put("by", matcher.group(1));
        ArrayNode values = slice.putArray("values");
        for (String value : matcher.group(2).split(",")) {
            values.add(value);
        }
        return slice;
    }
}
