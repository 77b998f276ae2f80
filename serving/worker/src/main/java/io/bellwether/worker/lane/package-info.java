/**
 * From an admitted request to its answer: the queue of a lane, the runner threads, and one execution of a batch. The
 * planner of {@code io.bellwether.batching} decides; this package owns the threads and obeys.
 */
@NullMarked
package io.bellwether.worker.lane;

import org.jspecify.annotations.NullMarked;
