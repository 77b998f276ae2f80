package io.bellwether.monitoring.evaluation;

/**
 * One complete slot of a shadow. A pair counts in the slot in which its last answer, or its label, came.
 *
 * @param slot seconds since the epoch on the clock of the gateway's edge
 * @param disagreement pairs by which of the answers differs from what the client was given
 * @param accuracy labelled pairs by which of the answers is not the label
 */
public record ShadowSlot(long slot, AnswerPairs disagreement, AnswerPairs accuracy) {}
