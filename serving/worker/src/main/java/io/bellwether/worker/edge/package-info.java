/** The gRPC edge: the Open Inference Protocol, checks against the model, admission, and the mapping of failures. */
@NullMarked
package io.bellwether.worker.edge;

import org.jspecify.annotations.NullMarked;
