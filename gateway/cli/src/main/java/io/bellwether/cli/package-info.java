/** The command line: {@code bellwether}. Talks only to the control API of a gateway. */
@NullMarked
package io.bellwether.cli;

import org.jspecify.annotations.NullMarked;
