package io.bellwether.routing;

/**
 * One of the versions that an A/B/n tries side by side.
 *
 * @param version that is tried
 * @param weightBasisPoints share of the traffic that it gets until it is taken back, 1 to 10000
 */
public record PlannedArm(String version, int weightBasisPoints) {
    /** As the control log has it. */
    static PlannedArm of(io.bellwether.controlapi.log.PlannedArm arm) {
        return new PlannedArm(arm.getVersion(), arm.getWeightBasisPoints());
    }

    /** As the control log has it. */
    io.bellwether.controlapi.log.PlannedArm toMessage() {
        return io.bellwether.controlapi.log.PlannedArm.newBuilder()
                .setVersion(version)
                .setWeightBasisPoints(weightBasisPoints)
                .build();
    }
}
