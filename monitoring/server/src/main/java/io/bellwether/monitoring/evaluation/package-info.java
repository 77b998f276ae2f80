/**
 * What a rollout's evidence means: folds complete slots into sequential tests and says what should happen.
 * Pure: no Kafka, no Quarkus, no clock; time comes in as slots, decisions go out as values.
 */
package io.bellwether.monitoring.evaluation;
