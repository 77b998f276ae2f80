/** The model versions that this worker serves, from their files to their readiness and their end. */
@NullMarked
package io.bellwether.worker.serving;

import org.jspecify.annotations.NullMarked;
