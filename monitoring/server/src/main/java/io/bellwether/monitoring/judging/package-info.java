/**
 * Judges live rollouts on closed slots: verdicts with their evidence, and the commands that follow from them. Pure: no
 * Kafka, no Quarkus, no clock; time comes in as a parameter.
 */
@NullMarked
package io.bellwether.monitoring.judging;

import org.jspecify.annotations.NullMarked;
