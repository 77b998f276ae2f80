package io.bellwether.monitoring.judging;

import io.bellwether.monitoring.evaluation.Assessment;
import io.bellwether.monitoring.evaluation.GuardrailEvidence;
import io.bellwether.monitoring.state.PastMemory;
import io.bellwether.monitoring.state.TrackMemory;
import io.bellwether.telemetry.events.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the evidence of a rollout came to be: the e-values of each guardrail at no more than {@value #POINTS_MAX} slots, evenly
 * spread, and since when a guardrail is beyond its level. When the points are full, every second one goes, and from then on
 * half as many are kept of the same time. What is kept depends on the slots that were judged only. Not thread-safe.
 */
final class EvidencePast {
    static final int POINTS_MAX = 48;
    /** Left when points go, so that it does not happen with every slot. */
    private static final int POINTS_LEFT_MAX = POINTS_MAX * 3 / 4;
    /** Guardrails that are followed; the list of a verdict is not longer. */
    private static final int TRACKS_MAX = 64;

    private static final double HUNDREDTHS = 100;
    private static final double LOG_E_SHOWN_MAX = 1e6;

    private final List<Long> slots = new ArrayList<>();
    private final Map<String, Track> tracks = new LinkedHashMap<>();
    private long firstSlot = -1;
    private long lastSlot = -1;
    private long strideSlots = 1;
    /** As it is remembered; null: it has changed since. */
    private @Nullable PastMemory remembered;

    private static final class Track {
        final List<Integer> harm = new ArrayList<>();
        final List<Integer> safe = new ArrayList<>();
        long harmedSinceSlot;
        long safeSinceSlot;
    }

    /** Notes what is known now; a slot that was noted before changes nothing. */
    void note(Assessment assessment) {
        long slot = assessment.counts().slot();
        if (slot <= lastSlot) {
            return;
        }
        remembered = null;
        firstSlot = firstSlot < 0 ? slot : firstSlot;
        boolean kept = slots.isEmpty() || stretch(slot) > stretch(slots.get(slots.size() - 1));
        lastSlot = slot;
        if (kept) {
            slots.add(slot);
        }
        for (GuardrailEvidence guardrail : assessment.guardrails()) {
            Track track = track(guardrail.name());
            if (track != null) {
                since(track, guardrail, assessment, slot);
                if (kept) {
                    fill(track, slots.size() - 1);
                    track.harm.add(hundredths(guardrail.logEHarm()));
                    track.safe.add(hundredths(guardrail.logESafe()));
                }
            }
        }
        tracks.values().forEach(track -> fill(track, slots.size()));
        if (slots.size() > POINTS_MAX) {
            thinOut();
        }
    }

    private static void since(Track track, GuardrailEvidence guardrail, Assessment assessment, long slot) {
        if (track.harmedSinceSlot == 0 && assessment.harmed().contains(guardrail.name())) {
            track.harmedSinceSlot = slot;
        }
        boolean safe = guardrail.present()
                && guardrail.logESafe() >= assessment.levels().logEPromote();
        if (!safe) {
            track.safeSinceSlot = 0;
        } else if (track.safeSinceSlot == 0) {
            track.safeSinceSlot = slot;
        }
    }

    private @Nullable Track track(String name) {
        if (tracks.size() >= TRACKS_MAX) {
            return tracks.get(name);
        }
        return tracks.computeIfAbsent(name, begun -> new Track());
    }

    /** What was not known of a guardrail is no evidence: its e-values were one. */
    private static void fill(Track track, int points) {
        while (track.harm.size() < points) {
            track.harm.add(0);
            track.safe.add(0);
        }
    }

    private void thinOut() {
        List<Integer> staying;
        do {
            strideSlots *= 2;
            staying = staying();
        } while (staying.size() > POINTS_LEFT_MAX);
        List<Long> kept = staying.stream().map(slots::get).toList();
        slots.clear();
        slots.addAll(kept);
        for (Track track : tracks.values()) {
            keep(track.harm, staying);
            keep(track.safe, staying);
        }
    }

    /** The first point of each stretch of time. */
    private List<Integer> staying() {
        List<Integer> staying = new ArrayList<>();
        long before = -1;
        for (int i = 0; i < slots.size(); i++) {
            long stretch = stretch(slots.get(i));
            if (stretch > before) {
                staying.add(i);
                before = stretch;
            }
        }
        return staying;
    }

    private static void keep(List<Integer> values, List<Integer> staying) {
        List<Integer> kept = staying.stream().map(values::get).toList();
        values.clear();
        values.addAll(kept);
    }

    private long stretch(long slot) {
        return (slot - firstSlot) / strideSlots;
    }

    private static int hundredths(double logE) {
        return (int) Math.round(HUNDREDTHS * Math.max(-LOG_E_SHOWN_MAX, Math.min(LOG_E_SHOWN_MAX, logE)));
    }

    /** Adds the past to a verdict whose guardrails are set. */
    void addTo(Verdict.Builder verdict) {
        verdict.addAllPastSlots(slots);
        verdict.getGuardrailsBuilderList().forEach(guardrail -> {
            Track track = tracks.get(guardrail.getName());
            if (track != null) {
                guardrail
                        .addAllPastLogEHarm(track.harm)
                        .addAllPastLogESafe(track.safe)
                        .setHarmedSinceSlot(track.harmedSinceSlot)
                        .setSafeSinceSlot(track.safeSinceSlot);
            }
        });
    }

    PastMemory memory() {
        if (remembered == null) {
            remembered = written();
        }
        return remembered;
    }

    private PastMemory written() {
        PastMemory.Builder memory = PastMemory.newBuilder()
                .setFirstSlot(firstSlot)
                .setLastSlot(lastSlot)
                .setStrideSlots(strideSlots)
                .addAllSlots(slots);
        tracks.forEach((name, track) -> memory.addTracks(TrackMemory.newBuilder()
                .setName(name)
                .addAllLogEHarm(track.harm)
                .addAllLogESafe(track.safe)
                .setHarmedSinceSlot(track.harmedSinceSlot)
                .setSafeSinceSlot(track.safeSinceSlot)));
        return memory.build();
    }

    /** Continues from {@link #memory()}; what contradicts itself, or was not kept yet, begins anew. */
    static EvidencePast resume(PastMemory memory) {
        EvidencePast past = new EvidencePast();
        int points = memory.getSlotsCount();
        boolean sound = points > 0
                && points <= POINTS_MAX
                && memory.getStrideSlots() > 0
                && memory.getTracksCount() <= TRACKS_MAX
                && memory.getTracksList().stream()
                        .allMatch(track -> track.getLogEHarmCount() == points && track.getLogESafeCount() == points);
        if (!sound) {
            return past;
        }
        past.firstSlot = memory.getFirstSlot();
        past.lastSlot = memory.getLastSlot();
        past.strideSlots = memory.getStrideSlots();
        past.slots.addAll(memory.getSlotsList());
        for (TrackMemory kept : memory.getTracksList()) {
            Track track = new Track();
            track.harm.addAll(kept.getLogEHarmList());
            track.safe.addAll(kept.getLogESafeList());
            track.harmedSinceSlot = kept.getHarmedSinceSlot();
            track.safeSinceSlot = kept.getSafeSinceSlot();
            past.tracks.put(kept.getName(), track);
        }
        return past;
    }
}
