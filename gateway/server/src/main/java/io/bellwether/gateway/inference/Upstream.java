package io.bellwether.gateway.inference;

import io.bellwether.gateway.shadow.Shadows;
import io.bellwether.gateway.worker.Dispatch;
import io.bellwether.gateway.worker.Hedging;

/**
 * Where requests go.
 *
 * @param dispatch to the workers that answer them
 * @param hedging the same for those that may be computed twice
 * @param shadows copies of them
 */
public record Upstream(Dispatch dispatch, Hedging hedging, Shadows shadows) {}
