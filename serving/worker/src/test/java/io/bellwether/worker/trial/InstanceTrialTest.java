package io.bellwether.worker.trial;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.batching.InstanceChoice;
import io.bellwether.batching.InstanceProfile;
import io.bellwether.batching.InstanceProfile.Measured;
import io.bellwether.engine.BatchBuffers;
import io.bellwether.engine.EngineFault;
import io.bellwether.engine.InferenceEngine;
import io.bellwether.engine.LoadedModel;
import io.bellwether.engine.ModelRunner;
import io.bellwether.engine.ModelSource;
import io.bellwether.engine.RunResult;
import io.bellwether.engine.SyntheticEngine;
import io.bellwether.engine.TextTokenizer;
import io.bellwether.engine.WarmUpProfile;
import io.bellwether.engine.WarmUpProfile.SizeTiming;
import io.bellwether.worker.Samples;
import io.bellwether.worker.model.ModelRepository.Loadable;
import io.bellwether.worker.model.ModelSpec;
import io.bellwether.worker.model.Parallelism;
import io.bellwether.worker.trial.InstanceTrial.Limits;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

class InstanceTrialTest {
    private static final OptionalInt OPEN = OptionalInt.empty();
    private static final Limits SHORT = new Limits(1, 2, TimeUnit.HOURS.toNanos(1));
    private static final WarmUpProfile WARM = warm(1_000_000, 4_000_000);

    private final Observed engine = new Observed();

    @Test
    void everyPairRunsWithItsInstancesAndThreadsAtOneRowAndAtHalfOfTheLargestBatch() throws Exception {
        // When
        InstanceProfile profile =
                measure(version(32, OPEN, OPEN), WARM, 4, System::nanoTime).orElseThrow();

        // Then
        assertThat(profile.batchItems()).isEqualTo(16);
        assertThat(profile.table())
                .extracting(Measured::pair)
                .containsExactly(pair(1, 1), pair(2, 1), pair(4, 1), pair(1, 2), pair(2, 2), pair(1, 4));
        assertThat(profile.table()).allSatisfy(one -> {
            assertThat(one.itemsPerSecond()).isPositive();
            assertThat(one.rowNanos()).isPositive();
            assertThat(one.readyShare()).isBetween(0.0, 1.0);
        });
        assertThat(engine.runnersMax).as("by threads").isEqualTo(Map.of(1, 4, 2, 2, 4, 1));
        assertThat(new TreeMap<>(engine.runs).keySet()).containsExactly(1, 16);
        assertThat(engine.synthetic.openRunners()).isZero();
        assertThat(engine.synthetic.openModels()).isZero();
    }

    @Test
    void whereThereIsNothingToChooseNothingIsLoaded() throws Exception {
        assertThat(measure(version(32, OPEN, OPEN), WARM, 1, System::nanoTime)).isEmpty();
        assertThat(measure(version(32, OptionalInt.of(2), OptionalInt.of(2)), WARM, 8, System::nanoTime))
                .isEmpty();
        assertThat(measure(version(32, OptionalInt.of(8), OPEN), WARM, 8, System::nanoTime))
                .isEmpty();
        assertThat(engine.loads).hasValue(0);
    }

    @Test
    void aProgramThatNobodyCanWarmIsNotMeasured() throws Exception {
        assertThat(measure(version(32, OPEN, OPEN), new WarmUpProfile(List.of()), 4, System::nanoTime))
                .isEmpty();
        assertThat(engine.loads).hasValue(0);
    }

    @Test
    void whatThereWasNoTimeForIsNotInTheTable() throws Exception {
        // Given: each look at the clock takes a second, and there are ten
        AtomicLong seconds = new AtomicLong();
        LongSupplier clock = () -> TimeUnit.SECONDS.toNanos(seconds.incrementAndGet());

        // When
        Optional<InstanceProfile> profile = new InstanceTrial(
                        engine, new Limits(1, 3, TimeUnit.SECONDS.toNanos(10)), clock)
                .measure(version(32, OPEN, OPEN), WARM, 16);

        // Then: the first pair looks twice before, and twice at each of two sizes of batch
        assertThat(profile.orElseThrow().table())
                .extracting(Measured::pair)
                .startsWith(pair(1, 1))
                .hasSizeLessThan(4);
        assertThat(engine.synthetic.openRunners()).isZero();
        assertThat(engine.synthetic.openModels()).isZero();
    }

    @Test
    void withoutTheFirstPairThereIsNoTable() throws Exception {
        assertThat(new InstanceTrial(engine, new Limits(1, 3, 0), System::nanoTime)
                        .measure(version(32, OPEN, OPEN), WARM, 4))
                .isEmpty();
    }

    @Test
    void whatFailsEndsTheMeasuringAndWhatWasMeasuredCounts() throws Exception {
        // Given
        engine.failingWithThreads = 2;

        // When
        Optional<InstanceProfile> profile = measure(version(32, OPEN, OPEN), WARM, 4, System::nanoTime);

        // Then
        assertThat(profile.orElseThrow().table())
                .extracting(Measured::pair)
                .containsExactly(pair(1, 1), pair(2, 1), pair(4, 1));
        assertThat(engine.synthetic.openRunners()).isZero();
        assertThat(engine.synthetic.openModels()).isZero();
    }

    @Test
    void aProgramThatFailsWithOneInstanceHasNoTable() throws Exception {
        engine.failingWithThreads = 1;
        assertThat(measure(version(32, OPEN, OPEN), WARM, 4, System::nanoTime)).isEmpty();
        assertThat(engine.synthetic.openRunners()).isZero();
    }

    @Test
    void theBatchIsHalfOfTheLargestAndSmallerWhereThatIsSlowOrLarge() {
        assertThat(InstanceTrial.batchItems(version(1, OPEN, OPEN), WARM)).isEqualTo(1);
        assertThat(InstanceTrial.batchItems(version(2, OPEN, OPEN), WARM)).isEqualTo(1);
        assertThat(InstanceTrial.batchItems(version(7, OPEN, OPEN), WARM)).isEqualTo(4);
        assertThat(InstanceTrial.batchItems(version(32, OPEN, OPEN), WARM)).isEqualTo(16);
        assertThat(InstanceTrial.batchItems(version(1024, OPEN, OPEN), WARM)).isEqualTo(32);
        assertThat(InstanceTrial.batchItems(version(32, OPEN, OPEN), warm(50_000_000, 1_000_000_000)))
                .as("a quarter of 16, as 32 took a second")
                .isEqualTo(4);
        assertThat(InstanceTrial.batchItems(version(32, OPEN, OPEN), warm(900_000_000, 60_000_000_000L)))
                .isEqualTo(1);
    }

    private Optional<InstanceProfile> measure(Loadable version, WarmUpProfile warm, int processors, LongSupplier clock)
            throws InterruptedException {
        return new InstanceTrial(engine, SHORT, clock).measure(version, warm, processors);
    }

    private static Loadable version(int rowsMax, OptionalInt instances, OptionalInt threads) {
        ModelSpec spec = Samples.with(Samples.spec(rowsMax, 4), Parallelism.of(instances, threads));
        return new Loadable(Samples.MODEL, "1", spec, Path.of("model.pt"), Optional.empty(), List.of());
    }

    private static WarmUpProfile warm(long oneNanos, long thirtyTwoNanos) {
        return new WarmUpProfile(List.of(
                new SizeTiming(1, oneNanos, oneNanos, oneNanos),
                new SizeTiming(32, thirtyTwoNanos, thirtyTwoNanos, thirtyTwoNanos)));
    }

    private static InstanceChoice pair(int instances, int threads) {
        return new InstanceChoice(instances, threads);
    }

    /** The synthetic engine, and how many runners it had at once for each number of threads. */
    private static final class Observed implements InferenceEngine {
        private final SyntheticEngine synthetic = SyntheticEngine.steady();
        private final AtomicInteger loads = new AtomicInteger();
        private final Map<Integer, Integer> runnersMax = new ConcurrentHashMap<>();
        private final Map<Integer, Integer> runs = new ConcurrentHashMap<>();
        private volatile int failingWithThreads;

        @Override
        public LoadedModel load(ModelSource source) throws EngineFault {
            loads.incrementAndGet();
            LoadedModel model = synthetic.load(source);
            return new LoadedModel() {
                @Override
                public ModelRunner newRunner() throws EngineFault {
                    ModelRunner runner = model.newRunner();
                    runnersMax.merge(source.intraOpThreads(), synthetic.openRunners(), Math::max);
                    return observed(runner, source);
                }

                @Override
                public void close() {
                    model.close();
                }
            };
        }

        private ModelRunner observed(ModelRunner runner, ModelSource source) {
            return new ModelRunner() {
                @Override
                public RunResult run(BatchBuffers in) throws EngineFault {
                    if (source.intraOpThreads() == failingWithThreads) {
                        throw EngineFault.of(EngineFault.Kind.PROGRAM_FAILED, "model sample/1 failed");
                    }
                    runs.merge(in.items(), 1, Integer::sum);
                    return runner.run(in);
                }

                @Override
                public void close() {
                    runner.close();
                }
            };
        }

        @Override
        public TextTokenizer tokenizer(Path file, int tokensMax) {
            return synthetic.tokenizer(file, tokensMax);
        }
    }
}
