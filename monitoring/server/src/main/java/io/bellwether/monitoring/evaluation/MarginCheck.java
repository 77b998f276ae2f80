package io.bellwether.monitoring.evaluation;

/**
 * The default of a margin, and the check of its range. A class of its own: {@link Margins} and {@link RareMargins} have constants
 * of each other, so neither may need the other one to be made.
 */
final class MarginCheck {
    private MarginCheck() {}

    /** The value, or its default where it is zero; refused unless it lies above one bound and at most at the other. */
    static double within(String name, double given, double otherwise, double above, double most) {
        double value = given == 0 ? otherwise : given;
        if (!(value > above && value <= most)) {
            throw new IllegalArgumentException(
                    name + " must be above " + above + " and at most " + most + ", got " + value);
        }
        return value;
    }
}
