/** Trying out a model version in a process that may end with it. */
@NullMarked
package io.bellwether.worker.trial;

import org.jspecify.annotations.NullMarked;
