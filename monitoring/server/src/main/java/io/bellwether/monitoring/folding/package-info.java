/**
 * Folds snapshots of many processes into complete slots: which counts are the newest, when a slot is complete, what came
 * too late. Pure: no Kafka, no Quarkus, no clock; time is what the processes themselves report.
 */
@NullMarked
package io.bellwether.monitoring.folding;

import org.jspecify.annotations.NullMarked;
