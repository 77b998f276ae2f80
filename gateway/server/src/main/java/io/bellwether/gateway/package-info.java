/** The gateway application: configuration, start, shutdown, health and metrics. */
@NullMarked
package io.bellwether.gateway;

import org.jspecify.annotations.NullMarked;
