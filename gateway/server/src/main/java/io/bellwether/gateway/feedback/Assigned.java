package io.bellwether.gateway.feedback;

import io.bellwether.controlapi.log.Outcome;
import io.bellwether.telemetry.events.Arm;
import java.util.List;

/**
 * Which compared arm answered a request, and what its rollout wants to be told of it.
 *
 * @param declared with their bounds
 */
public record Assigned(String rolloutId, String version, Arm arm, List<Outcome> declared) {
    public Assigned {
        declared = List.copyOf(declared);
    }
}
