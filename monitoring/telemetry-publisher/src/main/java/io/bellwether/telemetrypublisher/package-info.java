/** Takes snapshots of a gateway or a worker to Kafka without ever making a request wait. */
@NullMarked
package io.bellwether.telemetrypublisher;

import org.jspecify.annotations.NullMarked;
