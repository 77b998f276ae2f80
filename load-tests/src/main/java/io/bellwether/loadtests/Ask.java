package io.bellwether.loadtests;

/**
 * What one request asks for.
 *
 * @param row of the samples
 * @param deadlineMillis from its sending, told to the server; 0 for none
 * @param priority told to the server; 0 for none
 * @param items rows in the request, at least 1; all are the same
 */
record Ask(int row, long deadlineMillis, int priority, int items) {
    static Ask of(int row) {
        return new Ask(row, 0, 0, 1);
    }
}
