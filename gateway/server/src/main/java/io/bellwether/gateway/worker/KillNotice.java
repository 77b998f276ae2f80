package io.bellwether.gateway.worker;

import io.bellwether.routing.Kill;

/**
 * A kill as one gateway tells others.
 *
 * @param logId identity of the control log that the rollout is on, empty if not known: on another log the same id is another
 *     rollout
 */
public record KillNotice(Kill kill, String logId) {}
