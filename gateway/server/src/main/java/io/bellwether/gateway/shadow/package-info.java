/** Copies of answered requests for candidates that serve nobody, and what comes of comparing the answers. */
@NullMarked
package io.bellwether.gateway.shadow;

import org.jspecify.annotations.NullMarked;
