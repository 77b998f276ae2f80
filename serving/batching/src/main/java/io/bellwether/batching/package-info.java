/**
 * What a worker runs next, and for whom: the bounded queue, the batch, the expired, the refused, the shares of a cost and
 * the life of a model version. Nothing here has a thread, a clock, a random source or does I/O. Time comes in as
 * {@code nowNanos}, randomness as a number, and every decision goes out as a value.
 */
@NullMarked
package io.bellwether.batching;

import org.jspecify.annotations.NullMarked;
