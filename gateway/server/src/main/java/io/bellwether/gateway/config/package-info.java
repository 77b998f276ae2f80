/** What can be configured, and what is refused at start. */
@NullMarked
package io.bellwether.gateway.config;

import org.jspecify.annotations.NullMarked;
