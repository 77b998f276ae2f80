/**
 * Whether a request may come in: the adaptive limit on requests in flight, the shares of tenants in it, and
 * the quotas of tenants. State machines without clock, thread or chance; every refusal is a value with a reason and a
 * time after which another attempt makes sense.
 */
@NullMarked
package io.bellwether.routing.admission;

import org.jspecify.annotations.NullMarked;
