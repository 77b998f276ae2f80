/** What every part of a request's way shares: the clocks, and the news that a caller has left. */
@NullMarked
package io.bellwether.gateway.call;

import org.jspecify.annotations.NullMarked;
