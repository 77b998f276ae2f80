/**
 * Recorded telemetry: reads it from Kafka into a file, and judges a file once more. A command line of its own with the classes
 * of monitoring, which starts no server.
 */
@NullMarked
package io.bellwether.monitoring.recorded;

import org.jspecify.annotations.NullMarked;
