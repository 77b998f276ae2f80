package io.bellwether.monitoring.folding;

import com.google.protobuf.ByteString;
import io.bellwether.monitoring.evaluation.EmbeddingRows;
import io.bellwether.statistics.EmbeddingDetector;
import io.bellwether.telemetry.EmbeddingSketch;
import io.bellwether.telemetry.events.Arm;
import io.bellwether.telemetry.events.CellCounts;
import io.bellwether.telemetry.events.CellKey;
import io.bellwether.telemetry.events.EmbeddingSample;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The embeddings of both compared arms in one slot.
 *
 * @param control of the stable version's answers
 * @param candidate of the candidate's
 */
public record EmbeddingSums(EmbeddingRows control, EmbeddingRows candidate) {
    /** Sketches of one arm in one slot. */
    static final int SKETCHES_MAX = EmbeddingDetector.CANDIDATES_MAX;

    /** Of all requests of a rollout. */
    public static EmbeddingSums ofRollout(ClosedSlot slot, String rolloutId) {
        return sum(slot, rolloutId, key -> true);
    }

    /** Of the first requests of the clients of one memory. */
    public static EmbeddingSums ofClients(ClosedSlot slot, String rolloutId, long memory) {
        return sum(slot, rolloutId, SlotSums.firstOfClients(memory));
    }

    private static EmbeddingSums sum(ClosedSlot slot, String rolloutId, Predicate<CellKey> which) {
        List<EmbeddingSample> control = new ArrayList<>();
        List<EmbeddingSample> candidate = new ArrayList<>();
        for (CellCounts cell : slot.whole()) {
            CellKey key = cell.getKey();
            if (cell.hasEmbeddings() && key.getRolloutId().equals(rolloutId) && which.test(key)) {
                (key.getArm() == Arm.CANDIDATE ? candidate : control).add(cell.getEmbeddings());
            }
        }
        return new EmbeddingSums(rows(control), rows(candidate));
    }

    /**
     * Where workers have more sketches than are looked at, each gives the first few, which are a sample of its own. More
     * workers than that give none: whom to leave out must not depend on the order in which they are heard.
     */
    private static EmbeddingRows rows(List<EmbeddingSample> samples) {
        int ofEach = samples.isEmpty() ? 0 : SKETCHES_MAX / samples.size();
        EmbeddingRows rows = EmbeddingRows.NONE;
        for (EmbeddingSample sample : samples) {
            rows = rows.plus(rows(sample, ofEach));
        }
        return rows;
    }

    private static EmbeddingRows rows(EmbeddingSample sample, int sketchesMax) {
        if (!sample.getSketch().equals(EmbeddingSketch.NAME)) {
            return EmbeddingRows.UNLIKE;
        }
        ByteString bytes = sample.getRows();
        List<byte[]> sketches = new ArrayList<>();
        for (int at = 0; at < bytes.size() && sketches.size() < sketchesMax; at += EmbeddingSketch.BYTES) {
            sketches.add(bytes.substring(at, at + EmbeddingSketch.BYTES).toByteArray());
        }
        return new EmbeddingRows(sample.getDimensions(), sample.getSeen(), sketches);
    }
}
