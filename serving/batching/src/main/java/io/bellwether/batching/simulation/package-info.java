/**
 * Versions, their queues and one device in virtual time: what a policy does with given arrivals, and proof at each step that
 * it keeps what it promises. Pure like the package above it; everything follows from the scenario and its seed.
 */
@NullMarked
package io.bellwether.batching.simulation;

import org.jspecify.annotations.NullMarked;
