/**
 * Sequential tests for rollouts: evidence that may be looked at after every second of traffic without
 * losing its error guarantee. Pure: no clock, no thread, no randomness, no input or output. Each class
 * names its formula, its null hypothesis and its source.
 */
package io.bellwether.statistics;
