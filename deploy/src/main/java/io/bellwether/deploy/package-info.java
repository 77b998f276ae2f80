/** The standalone launcher: starts, watches and stops the platform on one machine, and tells its story in a demo. */
@NullMarked
package io.bellwether.deploy;

import org.jspecify.annotations.NullMarked;
