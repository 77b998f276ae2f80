/** The metrics of the gateway. */
@NullMarked
package io.bellwether.gateway.metrics;

import org.jspecify.annotations.NullMarked;
