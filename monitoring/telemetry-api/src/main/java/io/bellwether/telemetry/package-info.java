/** Names and arithmetic that gateways, workers and monitoring must agree on; the messages themselves are in {@code events}. */
@NullMarked
package io.bellwether.telemetry;

import org.jspecify.annotations.NullMarked;
