/** Synthetic requests before readiness, so that nobody meets a cold gateway. */
@NullMarked
package io.bellwether.gateway.warmup;

import org.jspecify.annotations.NullMarked;
