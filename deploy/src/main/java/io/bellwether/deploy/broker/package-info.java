/** A real Kafka broker in a process of its own, for the standalone launcher. */
@NullMarked
package io.bellwether.deploy.broker;

import org.jspecify.annotations.NullMarked;
