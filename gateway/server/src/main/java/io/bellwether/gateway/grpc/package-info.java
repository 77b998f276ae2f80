/** The public gRPC edge of the Open Inference Protocol. */
@NullMarked
package io.bellwether.gateway.grpc;

import org.jspecify.annotations.NullMarked;
