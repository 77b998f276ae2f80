package io.bellwether.batching;

import java.util.Locale;

/**
 * The life of one model version in one worker. Each state has only its legal moves as methods, so an illegal one does not
 * compile.
 *
 * <pre>
 * Absent   -> Loading   its files appeared
 * Loading  -> Warming   the program is in memory
 * Loading  -> Failed    the files were refused
 * Loading  -> Gone      removed before it was loaded
 * Warming  -> Ready     every batch size is warm
 * Warming  -> Failed    the program failed on the warm-up inputs
 * Warming  -> Gone      removed before it was warm
 * Ready    -> Draining  removed, or the worker stops
 * Ready    -> Failed    its engine broke
 * Draining -> Gone      the last request is answered and the program unloaded
 * Failed   -> Loading   its files changed
 * Failed   -> Gone      removed
 * </pre>
 */
public sealed interface VersionState {

    /** When this state was entered. */
    long sinceNanos();

    /** Only a ready version takes requests. */
    default boolean takesRequests() {
        return this instanceof Ready;
    }

    /** On its way to readiness, or at the start of that way. */
    default boolean isOnItsWay() {
        return this instanceof Absent || this instanceof Loading || this instanceof Warming;
    }

    /** The state's name in upper case, for status and metrics. */
    default String label() {
        return getClass().getSimpleName().toUpperCase(Locale.ROOT);
    }

    /** Known by name only. */
    record Absent(long sinceNanos) implements VersionState {
        public Loading toLoading(long nowNanos) {
            return new Loading(nowNanos);
        }
    }

    /** Its files are read and checked. */
    record Loading(long sinceNanos) implements VersionState {
        public Warming toWarming(long nowNanos) {
            return new Warming(nowNanos);
        }

        public Failed toFailed(String reason, long nowNanos) {
            return new Failed(reason, nowNanos);
        }

        public Gone toGone(long nowNanos) {
            return new Gone(nowNanos);
        }
    }

    /** It runs made-up inputs until it is as fast as it will be. */
    record Warming(long sinceNanos) implements VersionState {
        public Ready toReady(long nowNanos) {
            return new Ready(nowNanos);
        }

        public Failed toFailed(String reason, long nowNanos) {
            return new Failed(reason, nowNanos);
        }

        public Gone toGone(long nowNanos) {
            return new Gone(nowNanos);
        }
    }

    /** It takes requests. */
    record Ready(long sinceNanos) implements VersionState {
        public Draining toDraining(long nowNanos) {
            return new Draining(nowNanos);
        }

        public Failed toFailed(String reason, long nowNanos) {
            return new Failed(reason, nowNanos);
        }
    }

    /** It answers what it took and takes nothing new. */
    record Draining(long sinceNanos) implements VersionState {
        public Gone toGone(long nowNanos) {
            return new Gone(nowNanos);
        }
    }

    /**
     * It cannot serve.
     *
     * @param reason a sentence for the operator
     */
    record Failed(String reason, long sinceNanos) implements VersionState {
        public Loading toLoading(long nowNanos) {
            return new Loading(nowNanos);
        }

        public Gone toGone(long nowNanos) {
            return new Gone(nowNanos);
        }
    }

    /** Unloaded. Nothing follows. */
    record Gone(long sinceNanos) implements VersionState {}
}
