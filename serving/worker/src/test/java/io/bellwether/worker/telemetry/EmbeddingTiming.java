package io.bellwether.worker.telemetry;

import io.bellwether.telemetry.events.Arm;
import io.bellwether.worker.Samples;
import io.bellwether.worker.model.ModelKind.Pooling;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;

/** What drawing embeddings costs a runner thread: a main program, no test. */
public final class EmbeddingTiming {
    private static final int BATCH = 32;
    private static final int DIMENSIONS = 384;
    private static final int ROUNDS = 31;
    private static final int ROUND_BATCHES = 4_000;

    private final Tally tally = new Tally(Samples.textSpec(BATCH, Pooling.MEAN, true));
    private final SplittableRandom random = new SplittableRandom(1);
    private final List<ByteBuffer> outputs = new ArrayList<>();

    private EmbeddingTiming() {
        for (int i = 0; i < BATCH; i++) {
            ByteBuffer output =
                    ByteBuffer.allocateDirect(DIMENSIONS * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            for (int j = 0; j < DIMENSIONS; j++) {
                output.putFloat((float) random.nextGaussian());
            }
            outputs.add(output.flip());
        }
    }

    /** Prints microseconds for a batch of 32 requests that are counted, in turns without and with a draw of their vectors. */
    public static void main(String[] args) {
        System.out.println("requests/s of a cell   not drawn    drawn   (us a batch of 32 x 384)");
        for (int perSecond : List.of(32, 320, 3_200)) {
            EmbeddingTiming timing = new EmbeddingTiming();
            double[][] micros = new double[2][ROUNDS];
            for (int round = -ROUNDS; round < ROUNDS; round++) {
                for (int drawn = 0; drawn < 2; drawn++) {
                    micros[drawn][Math.max(0, round)] = timing.round(perSecond, drawn == 1);
                }
            }
            Arrays.sort(micros[0]);
            Arrays.sort(micros[1]);
            System.out.printf(
                    Locale.ROOT,
                    "%20d %11.2f %8.2f   (least %.2f, %.2f)%n",
                    perSecond,
                    micros[0][ROUNDS / 2],
                    micros[1][ROUNDS / 2],
                    micros[0][0],
                    micros[1][0]);
        }
    }

    private double round(int perSecond, boolean drawn) {
        ModelCells cells =
                new ModelCells(Samples.MODEL, tally, new ModelCells.Limits(ROUND_BATCHES * BATCH, Long.MAX_VALUE));
        long start = System.nanoTime();
        long requests = 0;
        for (int batch = 0; batch < ROUND_BATCHES; batch++) {
            for (ByteBuffer output : outputs) {
                CellId cell = new CellId("1", drawn ? Arm.CONTROL : Arm.PINNED, "r", "", requests++ / perSecond);
                RowBins bins = tally.bins(List.of(), List.of(output), 1, true);
                cells.add(cell, new Observation(1, 1, false, 1, 1, 0, true, bins, ticket(cell, output)), requests);
            }
        }
        return (System.nanoTime() - start) / 1_000.0 / ROUND_BATCHES;
    }

    private Optional<EmbeddingTicket> ticket(CellId cell, ByteBuffer output) {
        if (!cell.speaks()) {
            return Optional.empty();
        }
        Optional<FloatBuffer> vector = tally.embedding(List.of(output), 1);
        return vector.map(values -> new EmbeddingTicket(values, random.nextLong()));
    }
}
