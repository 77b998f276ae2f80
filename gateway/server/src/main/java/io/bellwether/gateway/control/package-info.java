/** The control log: folding it, keeping the last good state, and the control API that appends to it. */
@NullMarked
package io.bellwether.gateway.control;

import org.jspecify.annotations.NullMarked;
