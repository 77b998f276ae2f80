/** The public REST edge of the Open Inference Protocol. */
@NullMarked
package io.bellwether.gateway.rest;

import org.jspecify.annotations.NullMarked;
