/** The local guard at work: takes candidates that fail hard back at once, keeps that on disk, and tells the control log. */
@NullMarked
package io.bellwether.gateway.guard;

import org.jspecify.annotations.NullMarked;
