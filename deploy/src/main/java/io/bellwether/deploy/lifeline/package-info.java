/** A Java agent that ends a process when the one that started it is gone. */
@NullMarked
package io.bellwether.deploy.lifeline;

import org.jspecify.annotations.NullMarked;
