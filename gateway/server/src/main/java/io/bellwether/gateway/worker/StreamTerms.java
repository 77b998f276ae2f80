package io.bellwether.gateway.worker;

/**
 * What a stream to a worker is opened with.
 *
 * @param limits of its calls
 * @param answerBytesMax largest message that is taken from the worker
 * @param statusIntervalMillis how often the worker is to say how its versions stand; 0 for never
 */
record StreamTerms(CallTable.Limits limits, int answerBytesMax, int statusIntervalMillis) {

    /** The same without being told how versions stand. */
    StreamTerms untold() {
        return new StreamTerms(limits, answerBytesMax, 0);
    }
}
