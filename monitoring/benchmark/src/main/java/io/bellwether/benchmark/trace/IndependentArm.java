package io.bellwether.benchmark.trace;

import java.util.SplittableRandom;

/** Requests that do not touch each other. Each is its own batch, so each is a witness. */
final class IndependentArm implements Arm {
    private final Service.Independent service;
    private final Effect effect;
    private final Clients clients;
    private final double[] podFactors;
    private final double sliceShare;
    private final SplittableRandom random;
    private final double costLogMean;
    private final HarmCount harm;

    /**
     * @param sliceShare share of the requests of each arm that belongs to the slice; 1 where there is none
     */
    IndependentArm(
            Service.Independent service,
            Effect effect,
            Clients clients,
            double[] podFactors,
            double sliceShare,
            SplittableRandom random) {
        this.service = service;
        this.effect = effect;
        this.clients = clients;
        this.podFactors = podFactors.clone();
        this.sliceShare = sliceShare;
        this.random = random;
        this.costLogMean = Math.log(service.costMicroUsdMean()) - service.costLogSd() * service.costLogSd() / 2;
        this.harm = new HarmCount(service.objectiveMillis());
    }

    @Override
    public ArmSlot answer(Moment moment, int arrivals) {
        ArmSlot slot = new ArmSlot();
        for (int i = 0; i < arrivals; i++) {
            int client = clients.draw(random);
            boolean begun = moment.second() >= effect.onsetSecond();
            boolean inSlice = (begun || sliceShare < 1) && random.nextDouble() < sliceShare;
            boolean touched = begun && inSlice;
            boolean failsAnyway = clients.fails(client, moment.errorShare(), random);
            boolean failed = failsAnyway || (touched && random.nextDouble() < effect.errorShare());
            double pod = podFactors[podFactors.length == 1 ? 0 : random.nextInt(podFactors.length)];
            double millisAnyway = service.medianMillis()
                    * Math.exp(service.latencyLogSd() * random.nextGaussian())
                    * moment.latencyFactor()
                    * pod;
            double millis = touched ? millisAnyway * latencyFactor() : millisAnyway;
            double costAnyway = Math.exp(costLogMean + service.costLogSd() * random.nextGaussian());
            double cost = touched ? costAnyway * effect.costFactor() : costAnyway;
            slot.add(millis, cost, failed, true, client);
            if (inSlice) {
                slot.lastIsInSlice();
            }
            harm.note(failed, failsAnyway, millis, millisAnyway);
            harm.noteCost(cost - costAnyway);
        }
        return slot;
    }

    private double latencyFactor() {
        boolean inTail = effect.tailShare() > 0 && random.nextDouble() < effect.tailShare();
        return effect.latencyFactor() * (inTail ? effect.tailFactor() : 1);
    }

    @Override
    public TraceSlot.Harm takeHarm() {
        return harm.take();
    }
}
