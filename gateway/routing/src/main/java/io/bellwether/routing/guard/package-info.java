/**
 * The local guard: a pure sequential test that tells, from nothing but this gateway's own answers, when a candidate fails
 * hard. No clock and no thread; the caller says when a slice of time is over.
 */
@NullMarked
package io.bellwether.routing.guard;

import org.jspecify.annotations.NullMarked;
