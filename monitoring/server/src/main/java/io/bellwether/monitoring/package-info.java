/** Monitoring: judges canary rollouts from exact telemetry. Configuration, metrics and what else the whole process shares. */
@NullMarked
package io.bellwether.monitoring;

import org.jspecify.annotations.NullMarked;
