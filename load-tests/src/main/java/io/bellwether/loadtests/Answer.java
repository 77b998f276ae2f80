package io.bellwether.loadtests;

/**
 * What came back for one request.
 *
 * @param outcome how it ended
 * @param version the model version that answered; empty when unknown
 * @param predictedClass index of the largest score; {@link #NO_CLASS} when there is none
 */
record Answer(Outcome outcome, String version, int predictedClass) {
    static final int NO_CLASS = -1;

    static Answer failed(Outcome outcome, String version) {
        return new Answer(outcome, version, NO_CLASS);
    }
}
