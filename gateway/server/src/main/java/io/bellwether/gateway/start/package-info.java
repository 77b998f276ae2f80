/** Puts the gateway together, warms it up, and takes it down. */
@NullMarked
package io.bellwether.gateway.start;

import org.jspecify.annotations.NullMarked;
