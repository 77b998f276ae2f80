/** Contract leaf: the commands of the control log and the snapshot in which a gateway keeps the last good state. */
@NullMarked
package io.bellwether.controlapi;

import org.jspecify.annotations.NullMarked;
