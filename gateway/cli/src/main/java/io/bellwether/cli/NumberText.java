package io.bellwether.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers as people write them in files: {@code 0.05}, {@code 5e-2}, {@code 5%}. */
final class NumberText {

    private static final Pattern FORM =
            Pattern.compile("([+-]?(?:\\d{1,20}(?:\\.\\d{0,20})?|\\.\\d{1,20})(?:[eE][+-]?\\d{1,3})?) ?(%?)");
    private static final double PER_CENT = 100;

    private NumberText() {}

    /**
     * The number, as a share where it is in percent; NaN if the text is none.
     *
     * @param percent whether percent may be meant
     */
    static double of(String text, boolean percent) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches() || (!percent && !matcher.group(2).isEmpty())) {
            return Double.NaN;
        }
        double value = Double.parseDouble(matcher.group(1));
        return matcher.group(2).isEmpty() ? value : value / PER_CENT;
    }
}
