/** The metrics of a worker. */
@NullMarked
package io.bellwether.worker.metrics;

import org.jspecify.annotations.NullMarked;
