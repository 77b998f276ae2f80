/** Requests with known answers, which a version has to give before it serves. */
@NullMarked
package io.bellwether.worker.golden;

import org.jspecify.annotations.NullMarked;
