/** Synthetic requests through the whole path, until it is as fast as it will be. */
@NullMarked
package io.bellwether.worker.warmup;

import org.jspecify.annotations.NullMarked;
