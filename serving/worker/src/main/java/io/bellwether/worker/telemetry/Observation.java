package io.bellwether.worker.telemetry;

import java.util.Optional;

/**
 * What one request adds to its cell, once its execution is over.
 *
 * @param items rows that were computed; 0 when the model failed
 * @param rows rows of the request, computed or not
 * @param witness whether the request speaks for its execution in this cell
 * @param deviceNanos device time charged to it, failed attempts included
 * @param costPicoUsd cost charged to it, failed attempts included
 * @param nonfiniteRows rows with a NaN or an infinity among the outputs
 * @param speaks whether it has outputs that speak for its request: not in a part of a larger one, other than the first
 * @param bins where its rows fall
 * @param embedding the vector that it was answered with; empty where it is none, or none to be drawn from
 */
public record Observation(
        int items,
        int rows,
        boolean witness,
        long deviceNanos,
        long costPicoUsd,
        int nonfiniteRows,
        boolean speaks,
        RowBins bins,
        Optional<EmbeddingTicket> embedding) {}
