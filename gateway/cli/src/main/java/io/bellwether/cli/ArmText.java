package io.bellwether.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads an arm as VERSION:WEIGHT, for instance 2:20, into the form of the control API. */
public final class ArmText implements ITypeConverter<ObjectNode> {

    private static final Pattern FORM = Pattern.compile("([1-9]\\d{0,17}):(\\d{1,3}(?:\\.\\d{1,2})?)%?");

    @Override
    public ObjectNode convert(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new TypeConversionException("'" + text
                    + "' is not an arm; expected VERSION:WEIGHT, for instance 2:20 for version 2 with 20 percent");
        }
        return JsonNodeFactory.instance
                .objectNode()
                .put("version", matcher.group(1))
                .put("weightPercent", Double.parseDouble(matcher.group(2)));
    }
}
