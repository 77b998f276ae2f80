/** Encoded pictures become tensors. Knows no request, no thread and no file. */
@NullMarked
package io.bellwether.worker.image;

import org.jspecify.annotations.NullMarked;
