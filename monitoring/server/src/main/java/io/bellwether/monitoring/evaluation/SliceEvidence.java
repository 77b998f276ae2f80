package io.bellwether.monitoring.evaluation;

/**
 * What one guardrail knows of one declared slice.
 *
 * @param slice its name, as in {@code tenant=acme}
 * @param evidence with a weight that is a share of the whole error budget; its values are shares of events
 */
public record SliceEvidence(String slice, GuardrailEvidence evidence) {}
