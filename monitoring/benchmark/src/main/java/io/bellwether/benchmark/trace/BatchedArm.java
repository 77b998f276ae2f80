package io.bellwether.benchmark.trace;

import java.util.Arrays;
import java.util.SplittableRandom;

/** A queue before one device that takes whatever waits as soon as it is idle. */
final class BatchedArm implements Arm {
    private static final int CAPACITY_FIRST = 1_024;

    private final Service.Batched service;
    private final Effect effect;
    private final SplittableRandom random;
    private final HarmCount harm;
    private double[] waiting = new double[CAPACITY_FIRST];
    private int head;
    private int tail;
    private double freeAtMillis = Double.NEGATIVE_INFINITY;

    BatchedArm(Service.Batched service, Effect effect, SplittableRandom random) {
        this.service = service;
        this.effect = effect;
        this.random = random;
        this.harm = new HarmCount(service.objectiveMillis());
    }

    @Override
    public ArmSlot answer(Moment moment, int arrivals) {
        double beginMillis = 1_000.0 * moment.second();
        enqueue(beginMillis, arrivals);
        ArmSlot slot = new ArmSlot();
        while (head < tail) {
            double startMillis = Math.max(freeAtMillis, waiting[head]);
            if (startMillis >= beginMillis + 1_000) {
                break;
            }
            run(moment, startMillis, slot);
        }
        return slot;
    }

    private void enqueue(double beginMillis, int arrivals) {
        System.arraycopy(waiting, head, waiting, 0, tail - head);
        tail -= head;
        head = 0;
        if (tail + arrivals > waiting.length) {
            waiting = Arrays.copyOf(waiting, 2 * (tail + arrivals));
        }
        for (int i = 0; i < arrivals; i++) {
            waiting[tail + i] = beginMillis + 1_000 * random.nextDouble();
        }
        Arrays.sort(waiting, tail, tail + arrivals);
        tail += arrivals;
    }

    private void run(Moment moment, double startMillis, ArmSlot slot) {
        int size = 0;
        while (size < service.batchMax() && head + size < tail && waiting[head + size] <= startMillis) {
            size++;
        }
        double durationAnyway = (service.overheadMillis() + size * service.perItemMillis())
                * Math.exp(service.noiseLogSd() * random.nextGaussian())
                * moment.latencyFactor();
        boolean touched = moment.second() >= effect.onsetSecond();
        double factor = touched ? effect.latencyFactor() : 1;
        double duration = durationAnyway * factor;
        double costAnyway = durationAnyway / size * service.microUsdPerMilli();
        double cost = costAnyway * factor * (touched ? effect.costFactor() : 1);
        int witness = random.nextInt(size);
        for (int i = 0; i < size; i++) {
            boolean failsAnyway = random.nextDouble() < moment.errorShare();
            boolean failed = failsAnyway || (touched && random.nextDouble() < effect.errorShare());
            double millis = startMillis + duration - waiting[head + i];
            slot.add(millis, cost, failed, i == witness, -1);
            // What the queue would have been is not known; that it would have been as much shorter is a guess.
            harm.note(failed, failsAnyway, millis, millis / factor);
            harm.noteCost(cost - costAnyway);
        }
        head += size;
        freeAtMillis = startMillis + duration;
    }

    @Override
    public TraceSlot.Harm takeHarm() {
        return harm.take();
    }
}
