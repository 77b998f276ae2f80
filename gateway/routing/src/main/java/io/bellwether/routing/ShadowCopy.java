package io.bellwether.routing;

import io.bellwether.controlapi.log.Comparison;

/**
 * A copy of an answered request goes to a candidate that serves nobody.
 *
 * @param rolloutId the shadow
 * @param version of the candidate
 * @param twin whether the version that answered is asked once more, to see how much it differs from itself
 * @param comparison when two answers agree; complete
 */
public record ShadowCopy(String rolloutId, String version, boolean twin, Comparison comparison) {}
