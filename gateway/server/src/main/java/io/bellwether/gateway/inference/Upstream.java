package io.bellwether.gateway.inference;

import io.bellwether.gateway.shadow.Shadows;
import io.bellwether.gateway.worker.Dispatch;

/**
 * Where requests go.
 *
 * @param dispatch to the workers that answer them
 * @param shadows copies of them
 */
public record Upstream(Dispatch dispatch, Shadows shadows) {}
