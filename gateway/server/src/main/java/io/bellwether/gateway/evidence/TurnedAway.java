package io.bellwether.gateway.evidence;

import io.bellwether.telemetry.events.Arm;

/** A request for which an arm was drawn, and that was not let in because the model is busy there. */
public record TurnedAway(String version, Arm arm, String rolloutId, Drawn drawn) {}
