/** Starts, watches and restarts the topology; knows what of Kafka is missing. */
@NullMarked
package io.bellwether.monitoring.runtime;

import org.jspecify.annotations.NullMarked;
