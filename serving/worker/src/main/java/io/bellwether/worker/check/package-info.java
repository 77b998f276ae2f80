/** {@code bellwether model check}: a program of its own that explains a model folder. */
@NullMarked
package io.bellwether.worker.check;

import org.jspecify.annotations.NullMarked;
