/** The worker application: start, readiness, drain. */
@NullMarked
package io.bellwether.worker;

import org.jspecify.annotations.NullMarked;
