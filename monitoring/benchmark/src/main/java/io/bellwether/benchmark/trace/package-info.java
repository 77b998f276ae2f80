/** Traffic from a seed: arrivals, arms with queues and batches, noise, and what the candidate does differently. */
package io.bellwether.benchmark.trace;
