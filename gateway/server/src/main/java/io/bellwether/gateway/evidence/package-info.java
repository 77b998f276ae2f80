/** What the gateway counts about requests, and how it gets to monitoring. */
@NullMarked
package io.bellwether.gateway.evidence;

import org.jspecify.annotations.NullMarked;
