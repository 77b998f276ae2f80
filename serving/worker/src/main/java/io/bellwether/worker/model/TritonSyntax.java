package io.bellwether.worker.model;

import com.google.protobuf.TextFormat.ParseException;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is wrong with a text that is no protobuf text message, in our words: those of the library name classes of its own, and
 * some are those of the virtual machine.
 */
final class TritonSyntax {
    private static final int SHOWN_MAX = 40;
    private static final Pattern WORD = Pattern.compile("[\\w.+-]+|\\S");
    private static final Pattern LAST_NAME = Pattern.compile("\"(?:\\w+\\.)*(\\w+)\"");
    private static final String CORRECT = "correct the text; the format is that of protobuf text messages";

    private TritonSyntax() {}

    /** What the library found there. */
    static SpecProblem problem(ParseException fault, String text) {
        String said = String.valueOf(fault.getMessage());
        String word = wordAt(text, fault.getLine(), fault.getColumn());
        String found = word.isEmpty() ? "ends too early" : "has '" + word + "' where it does not belong";
        String fix = CORRECT;
        if (said.contains("Non-repeated field")) {
            found = lastName(said).map(name -> "has " + name + " twice").orElse(found);
            fix = "keep one of them";
        } else if (said.contains("has no value")) {
            found = "has '" + word + "', which is no " + lastName(said).orElse("value");
            fix = "write one of the values that the format has for it";
        } else if (!word.isEmpty() && (said.contains("parse integer") || said.contains("Number out of range"))) {
            found = "has '" + word + "' where a whole number belongs";
            fix = "write one that fits the field, in digits";
        } else if (!word.isEmpty() && said.contains("parse number")) {
            found = "has '" + word + "' where a number belongs";
            fix = "write one in digits";
        } else if (!word.isEmpty() && said.contains("\"true\" or \"false\"")) {
            found = "has '" + word + "' where true or false belongs";
            fix = "write one of them";
        } else if (!word.isEmpty() && said.contains("Expected string")) {
            found = "has '" + word + "' where a text belongs";
            fix = "write it in quotes";
        } else if (said.contains("missing ending quote")) {
            found = "has a text that does not end";
            fix = "close its quotes in the same line";
        }
        return new SpecProblem(fault.getLine(), "", "cannot be read: " + found, fix);
    }

    /** The word at that place, both counted from 1; empty at the end of the text. */
    private static String wordAt(String text, int line, int column) {
        List<String> lines = text.lines().limit(Math.max(1, line)).toList();
        if (line < 1
                || lines.size() < line
                || column < 1
                || column > lines.get(line - 1).length()) {
            return "";
        }
        Matcher word = WORD.matcher(lines.get(line - 1));
        return word.find(column - 1) ? Printable.of(word.group(), SHOWN_MAX) : "";
    }

    /** The first name in quotes, without the packages before it. */
    private static Optional<String> lastName(String said) {
        return LAST_NAME.matcher(said).results().findFirst().map(TritonSyntax::name);
    }

    private static String name(MatchResult match) {
        return match.group(1);
    }
}
