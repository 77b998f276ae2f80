package io.bellwether.loadtests;

/** The run cannot start or go on; the message tells the user what to do. Caught only where the program ends. */
final class LoadProblem extends Exception {
    private static final long serialVersionUID = 1L;

    LoadProblem(String message) {
        super(message);
    }

    LoadProblem(String message, Throwable cause) {
        super(message, cause);
    }
}
