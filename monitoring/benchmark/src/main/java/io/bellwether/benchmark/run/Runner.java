package io.bellwether.benchmark.run;

import io.bellwether.benchmark.judge.Contestant;
import io.bellwether.benchmark.trace.Scenario;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/** Plays a scenario from many seeds. The results are in the order of the seeds, however many threads work. */
public final class Runner {
    private final int threads;
    private final List<Contestant> contestants;

    public Runner(int threads, List<Contestant> contestants) {
        if (threads < 1) {
            throw new IllegalArgumentException("somebody has to work: threads is at least 1, got " + threads);
        }
        this.threads = threads;
        this.contestants = List.copyOf(contestants);
    }

    /**
     * @param firstSeed the others follow it
     * @param runs how many
     * @param done told after each rollout how many are done
     */
    public List<RolloutResult> run(Scenario scenario, long firstSeed, int runs, LongConsumer done)
            throws InterruptedException {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<List<RolloutResult>>> rollouts = new ArrayList<>();
            for (int i = 0; i < runs; i++) {
                long seed = firstSeed + i;
                rollouts.add(pool.submit(() -> RolloutPlay.play(scenario, seed, contestants)));
            }
            List<RolloutResult> results = new ArrayList<>();
            for (int i = 0; i < runs; i++) {
                results.addAll(rollouts.get(i).get());
                done.accept(i + 1);
            }
            return results;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a rollout of " + scenario.name() + " could not be played", e);
        } finally {
            pool.shutdownNow();
            pool.awaitTermination(1, TimeUnit.MINUTES);
        }
    }
}
