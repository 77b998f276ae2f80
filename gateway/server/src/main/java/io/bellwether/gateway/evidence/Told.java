package io.bellwether.gateway.evidence;

import io.bellwether.telemetry.ToldScale;
import io.bellwether.telemetry.events.Arm;

/**
 * A number that an application told of a request.
 *
 * @param version that answered it
 * @param arm a compared one
 * @param name of the number
 * @param step of {@link ToldScale#STEPS} from the lower to the upper bound
 * @param beyond whether it lay beyond a bound
 */
public record Told(String rolloutId, String version, Arm arm, String name, int step, boolean beyond) {}
