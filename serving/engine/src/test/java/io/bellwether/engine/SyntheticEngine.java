package io.bellwether.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.LongStream;

/**
 * An engine without libtorch, for tests. It computes a simple function, reports service times from a seeded model instead
 * of spending them, and fails where it is told to.
 *
 * <p>Each output element of an item is the sum of all elements of the item's first input plus the element's index. So a
 * test can tell from an answer which request it belongs to.
 */
public final class SyntheticEngine implements InferenceEngine {
    /** Runs kept for {@link #batchSizes}. */
    private static final int RUNS_KEPT_MAX = 100_000;

    private final ServiceTime serviceTime;
    private final SplittableRandom random;
    private final Map<String, String> refused = Collections.synchronizedMap(new HashMap<>());
    private final Map<String, Integer> threads = new ConcurrentHashMap<>();
    private final List<Integer> batchSizes = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger openModels = new AtomicInteger();
    private final AtomicInteger openRunners = new AtomicInteger();
    private volatile Predicate<ByteBuffer> poison = item -> false;
    private volatile int itemsMax = Integer.MAX_VALUE;
    private volatile CountDownLatch gate = new CountDownLatch(0);

    /**
     * Time of an execution: (base + items x perItem) x (1 + noise u), u uniform in [0, 1).
     *
     * @param baseNanos part that every execution takes
     * @param perItemNanos part for each item
     * @param noise relative noise, 0 for none
     */
    public record ServiceTime(long baseNanos, long perItemNanos, double noise) {
        long nanos(int items, double uniform) {
            return Math.round((baseNanos + (double) items * perItemNanos) * (1 + noise * uniform));
        }
    }

    public SyntheticEngine(ServiceTime serviceTime, long seed) {
        this.serviceTime = serviceTime;
        this.random = new SplittableRandom(seed);
    }

    /** An engine that takes 1 ms and 0.1 ms an item, without noise. */
    public static SyntheticEngine steady() {
        return new SyntheticEngine(new ServiceTime(1_000_000, 100_000, 0), 1);
    }

    /** From now on, loading the model with this label is refused with this message. */
    public SyntheticEngine refusing(String label, String message) {
        refused.put(label, message);
        return this;
    }

    /**
     * From now on, an execution throws when any of its items matches.
     *
     * @param poison gets the bytes of one item of the first input, little-endian
     */
    public SyntheticEngine failingOn(Predicate<ByteBuffer> poison) {
        this.poison = poison;
        return this;
    }

    /** From now on, an execution of more items than this finds no memory. */
    public SyntheticEngine withMemoryFor(int items) {
        itemsMax = items;
        return this;
    }

    /** From now on, executions wait, until the latch that is returned is counted down. */
    public CountDownLatch hold() {
        CountDownLatch latch = new CountDownLatch(1);
        gate = latch;
        return latch;
    }

    /** Items of each execution so far, failed ones too, in order. */
    public List<Integer> batchSizes() {
        synchronized (batchSizes) {
            return List.copyOf(batchSizes);
        }
    }

    /** Threads inside an operation with which the model of this label was loaded last; 0 when it was not. */
    public int threads(String label) {
        return threads.getOrDefault(label, 0);
    }

    public int openModels() {
        return openModels.get();
    }

    public int openRunners() {
        return openRunners.get();
    }

    @Override
    public LoadedModel load(ModelSource source) throws EngineFault {
        String refusal = refused.get(source.label());
        if (refusal != null) {
            throw EngineFault.of(EngineFault.Kind.LOAD_REFUSED, refusal);
        }
        threads.put(source.label(), source.intraOpThreads());
        openModels.incrementAndGet();
        return new Model(source);
    }

    /** Every word is a token: its length in characters; 1 stands before and 2 after the words. */
    @Override
    public TextTokenizer tokenizer(Path file, int tokensMax) {
        return new WordLengths(tokensMax);
    }

    private record WordLengths(int tokensMax) implements TextTokenizer {
        @Override
        public long[] tokenize(String text) {
            LongStream words = Arrays.stream(text.split(" "))
                    .filter(word -> !word.isEmpty())
                    .mapToLong(String::length);
            return LongStream.concat(LongStream.of(1), LongStream.concat(words.limit(tokensMax - 2L), LongStream.of(2)))
                    .toArray();
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    }

    private double uniform() {
        synchronized (random) {
            return random.nextDouble();
        }
    }

    private RunResult run(ModelSource source, BatchBuffers in) throws EngineFault {
        DeclaredTensors.checkInputs(source, in);
        await();
        if (batchSizes.size() < RUNS_KEPT_MAX) {
            batchSizes.add(in.items());
        }
        if (in.items() > itemsMax) {
            throw EngineFault.of(EngineFault.Kind.OUT_OF_MEMORY, "no memory is left for model " + source.label());
        }
        TensorBuffer first = in.inputs().get(0);
        List<ByteBuffer> items = Elements.items(first, in.items());
        if (items.stream().anyMatch(poison)) {
            throw EngineFault.of(EngineFault.Kind.PROGRAM_FAILED, "model " + source.label() + " failed on this input");
        }
        List<TensorBuffer> outputs = new ArrayList<>();
        for (TensorSpec spec : source.outputs()) {
            outputs.add(output(spec, first, items));
        }
        long nanos = serviceTime.nanos(in.items(), uniform());
        return new RunResult(outputs, nanos, nanos);
    }

    /** An output varies with the first dimension of an item of the first input. */
    private static TensorBuffer output(TensorSpec spec, TensorBuffer first, List<ByteBuffer> items) {
        List<Long> shape = new ArrayList<>(spec.shape(items.size()));
        int second = spec.batched() ? 1 : 0;
        Collections.replaceAll(
                shape, -1L, first.shape().size() > second ? first.shape().get(second) : Long.valueOf(1));
        int bytes = Math.toIntExact(DeclaredTensors.bytes(spec.type(), shape));
        ByteBuffer data = ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int perItem = bytes / spec.type().bytes() / items.size();
        for (ByteBuffer item : items) {
            double sum = Elements.sum(first.type(), item);
            for (int i = 0; i < perItem; i++) {
                Elements.put(spec.type(), data, sum + i);
            }
        }
        return new TensorBuffer(spec.type(), shape, data.flip());
    }

    private void await() {
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Model implements LoadedModel {
        private final ModelSource source;
        private volatile boolean closed;

        Model(ModelSource source) {
            this.source = source;
        }

        @Override
        public ModelRunner newRunner() throws EngineFault {
            if (closed) {
                throw TorchModel.closedFault(source);
            }
            openRunners.incrementAndGet();
            return new Runner(this);
        }

        @Override
        public synchronized void close() {
            if (!closed) {
                closed = true;
                openModels.decrementAndGet();
            }
        }
    }

    private final class Runner implements ModelRunner {
        private final Model model;
        private boolean closed;

        Runner(Model model) {
            this.model = model;
        }

        @Override
        public RunResult run(BatchBuffers in) throws EngineFault {
            if (closed || model.closed) {
                throw TorchModel.closedFault(model.source);
            }
            return SyntheticEngine.this.run(model.source, in);
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                openRunners.decrementAndGet();
            }
        }
    }
}
