package io.bellwether.monitoring.evaluation;

/**
 * The check of a margin's range. A class of its own: {@link Margins} and {@link RareMargins} have constants of each other, so
 * neither may need the other one to be made.
 */
final class MarginCheck {
    private MarginCheck() {}

    static void within(String name, double value, double above, double most) {
        if (!(value > above && value <= most)) {
            throw new IllegalArgumentException(
                    name + " must be above " + above + " and at most " + most + ", got " + value);
        }
    }
}
