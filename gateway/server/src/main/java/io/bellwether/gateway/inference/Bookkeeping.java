package io.bellwether.gateway.inference;

import io.bellwether.gateway.evidence.ArmOutcomes;
import io.bellwether.gateway.evidence.ClientMemories;
import io.bellwether.gateway.evidence.Evidence;
import io.bellwether.gateway.feedback.OutcomeBook;
import io.bellwether.gateway.metrics.GatewayMetrics;

/**
 * Everywhere that a routed request is weighed and counted.
 *
 * @param admission lets it in
 * @param evidence for monitoring
 * @param clients who speaks for a client, where the split is by client
 * @param outcomes for the local guard
 * @param told of requests later
 * @param metrics for people
 */
public record Bookkeeping(
        RequestAdmission admission,
        Evidence evidence,
        ClientMemories clients,
        ArmOutcomes outcomes,
        OutcomeBook told,
        GatewayMetrics metrics) {}
