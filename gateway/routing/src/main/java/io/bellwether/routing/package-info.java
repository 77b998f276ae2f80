/**
 * Pure routing: the control log folded into rollouts and a route table, and the sticky split of traffic. No clock, no
 * thread, no input or output; decisions go out as values.
 */
@NullMarked
package io.bellwether.routing;

import org.jspecify.annotations.NullMarked;
