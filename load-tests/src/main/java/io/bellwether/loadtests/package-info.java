/**
 * An open-loop load driver: requests are sent when the schedule says, whatever the answers do, and latency counts from
 * the moment the schedule meant.
 */
@NullMarked
package io.bellwether.loadtests;

import org.jspecify.annotations.NullMarked;
