/** One inference request, whatever edge it came by: limits, route, forward, count, answer. */
@NullMarked
package io.bellwether.gateway.inference;

import org.jspecify.annotations.NullMarked;
