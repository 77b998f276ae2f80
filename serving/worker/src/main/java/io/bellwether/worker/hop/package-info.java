/** The stream that gateways send requests over: many calls on one, what is ready at once in one message. */
@NullMarked
package io.bellwether.worker.hop;

import org.jspecify.annotations.NullMarked;
