/** The bits of HTTP that the REST edge and the control API share. */
@NullMarked
package io.bellwether.gateway.http;

import org.jspecify.annotations.NullMarked;
