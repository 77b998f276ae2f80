/** When a second copy of a request that is not answered may go to another worker, and how many copies there may be. */
@NullMarked
package io.bellwether.routing.hedge;

import org.jspecify.annotations.NullMarked;
