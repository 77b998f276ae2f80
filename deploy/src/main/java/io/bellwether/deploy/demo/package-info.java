/** The demo: one good rollout and four bad ones on the running platform, with real digits. */
@NullMarked
package io.bellwether.deploy.demo;

import org.jspecify.annotations.NullMarked;
