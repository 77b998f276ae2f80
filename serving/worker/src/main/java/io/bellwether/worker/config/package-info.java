/** The settings of a worker and the checks that stop an unsafe or mistyped one from starting. */
@NullMarked
package io.bellwether.worker.config;

import org.jspecify.annotations.NullMarked;
