/** The processes of the platform: what they are, where their state lives, how they start, are watched and stop. */
@NullMarked
package io.bellwether.deploy.platform;

import org.jspecify.annotations.NullMarked;
