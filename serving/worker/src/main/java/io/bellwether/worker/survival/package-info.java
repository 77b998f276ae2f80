/** What a process leaves behind for the next one: which versions it was running when it ended. */
@NullMarked
package io.bellwether.worker.survival;

import org.jspecify.annotations.NullMarked;
