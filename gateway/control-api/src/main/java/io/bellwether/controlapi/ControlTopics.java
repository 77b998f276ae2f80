package io.bellwether.controlapi;

/** Names of the Kafka topics that carry control. The gateway owns and creates them. */
public final class ControlTopics {

    /**
     * The control log: {@link io.bellwether.controlapi.log.Command} records in one total order. One partition, key =
     * model name, kept for ever: every routing state is a fold of the whole log.
     */
    public static final String CONTROL_LOG = "control.log.v1";

    /** Partitions of {@link #CONTROL_LOG}. One, because the order of commands is their meaning. */
    public static final int CONTROL_LOG_PARTITIONS = 1;

    private ControlTopics() {}
}
