/**
 * Which of several workers that serve one version fails far more often than the others, and for how long it gets no
 * requests. State machines without clock, thread or chance; the caller says when a look is due and what time it is.
 */
@NullMarked
package io.bellwether.routing.outlier;

import org.jspecify.annotations.NullMarked;
