package io.bellwether.protocol;

import io.bellwether.protocol.hop.HopAccount;
import io.bellwether.protocol.hop.HopAnswer;

/**
 * What the worker measured for one answered request.
 *
 * @param witness true if this request stands for its batch where latency and cost are judged
 * @param batch number of requests in its batch
 * @param queueNanos time from admission to the start of its batch
 * @param deviceNanos this request's part of the device time of its batch
 * @param costPicoUsd this request's part of the cost of its batch, in 1e-12 USD
 * @param nonfiniteRows rows of which an output holds a NaN or an infinity
 */
public record Account(
        boolean witness, long batch, long queueNanos, long deviceNanos, long costPicoUsd, long nonfiniteRows) {

    /** What the worker says of an answer; all zero, and no witness, when it says nothing. */
    public static Account of(HopAnswer answer) {
        HopAccount said = answer.getAccount();
        return new Account(
                said.getWitness(),
                said.getBatch(),
                said.getQueueNanos(),
                said.getDeviceNanos(),
                said.getCostPicoUsd(),
                said.getNonfiniteRows());
    }

    /** The same for the stream. */
    public HopAccount message() {
        return HopAccount.newBuilder()
                .setWitness(witness)
                .setBatch(batch)
                .setQueueNanos(queueNanos)
                .setDeviceNanos(deviceNanos)
                .setCostPicoUsd(costPicoUsd)
                .setNonfiniteRows(nonfiniteRows)
                .build();
    }
}
