/**
 * What the worker counts for monitoring: exact cumulative counters in cells of (version, arm, rollout, segment, slot), and
 * the snapshots made of them.
 */
@NullMarked
package io.bellwether.worker.telemetry;

import org.jspecify.annotations.NullMarked;
