/** What the workers together can promise of a model. */
@NullMarked
package io.bellwether.gateway.capacity;

import org.jspecify.annotations.NullMarked;
