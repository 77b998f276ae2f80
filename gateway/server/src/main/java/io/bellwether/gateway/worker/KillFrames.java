package io.bellwether.gateway.worker;

import io.bellwether.protocol.hop.HopKill;
import io.bellwether.protocol.hop.HopMethod;
import io.bellwether.routing.Kill;
import io.bellwether.routing.ReasonText;
import java.util.List;
import java.util.Optional;

/** Kills on the way between gateways; what a worker sends is believed only as far as it is short and plain. */
final class KillFrames {
    private static final int NAME_CHARACTERS_MAX = 256;
    private static final int REASON_CHARACTERS_MAX = 400;

    private KillFrames() {}

    /** The newest of them, as many as go into one message. */
    static List<HopKill> of(List<KillNotice> notices) {
        return notices.subList(Math.max(0, notices.size() - HopMethod.KILLS_MAX), notices.size()).stream()
                .map(KillFrames::of)
                .toList();
    }

    private static HopKill of(KillNotice notice) {
        Kill kill = notice.kill();
        return HopKill.newBuilder()
                .setRollout(kill.rolloutId())
                .setModel(kill.model())
                .setArm(kill.arm())
                .setAtMillis(kill.atMillis())
                .setReason(ReasonText.start(kill.reason(), REASON_CHARACTERS_MAX))
                .setLog(notice.logId())
                .build();
    }

    /** What a frame says; empty for one that no gateway of ours sends. */
    static Optional<KillNotice> read(HopKill frame) {
        boolean isPlausible = isName(frame.getRollout())
                && frame.getRollout().indexOf('/') < 0
                && isName(frame.getModel())
                && (frame.getArm().isEmpty() || isName(frame.getArm()))
                && (frame.getLog().isEmpty() || isName(frame.getLog()))
                && frame.getAtMillis() > 0;
        return isPlausible
                ? Optional.of(new KillNotice(
                        new Kill(
                                frame.getRollout(),
                                frame.getModel(),
                                frame.getAtMillis(),
                                oneLine(ReasonText.start(frame.getReason(), REASON_CHARACTERS_MAX)),
                                frame.getArm()),
                        frame.getLog()))
                : Optional.empty();
    }

    private static boolean isName(String text) {
        return !text.isEmpty()
                && text.length() <= NAME_CHARACTERS_MAX
                && text.chars().noneMatch(Character::isISOControl);
    }

    /** It goes into a line of the log. */
    private static String oneLine(String text) {
        return text.replaceAll("\\p{Cntrl}", " ");
    }
}
