/** What a file that should be a program is, by its content: read in part, within bounds, and never run. */
@NullMarked
package io.bellwether.worker.program;

import org.jspecify.annotations.NullMarked;
