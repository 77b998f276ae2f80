/**
 * Runs TorchScript programs. The only package that knows DJL and libtorch. Tensors go in and come out as direct
 * little-endian buffers, one for each tensor of a whole batch.
 */
@NullMarked
package io.bellwether.engine;

import org.jspecify.annotations.NullMarked;
