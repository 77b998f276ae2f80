/** What device time costs, in whole picoUSD (1e-12 USD), without rounding anything away. */
@NullMarked
package io.bellwether.worker.cost;

import org.jspecify.annotations.NullMarked;
