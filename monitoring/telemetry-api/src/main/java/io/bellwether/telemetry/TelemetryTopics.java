package io.bellwether.telemetry;

import java.time.Duration;

/** The topics of telemetry. Monitoring creates them where they are missing; everyone else tolerates their absence. */
public final class TelemetryTopics {
    /** Snapshots of gateways and workers ({@code Snapshot}); key: the model. */
    public static final String AGGREGATES = "infer.agg.v1";

    /** Every verdict with its evidence ({@code Verdict}); key: the rollout id. */
    public static final String VERDICTS = "monitor.verdict.v1";

    /** What applications learn later about requests ({@code Feedback}); key: the request id. */
    public static final String FEEDBACK = "infer.feedback.v1";

    /** How long feedback is kept: it is joined within an hour, and counted in snapshots then. */
    public static final Duration FEEDBACK_RETENTION = Duration.ofDays(1);

    /** How long snapshots are kept: a week of replay. */
    public static final Duration AGGREGATES_RETENTION = Duration.ofDays(7);

    /** How long verdicts are kept: a month to explain a decision. */
    public static final Duration VERDICTS_RETENTION = Duration.ofDays(30);

    private TelemetryTopics() {}
}
