package io.bellwether.monitoring.recorded;

import io.bellwether.monitoring.SimulatedFleet;
import io.bellwether.monitoring.recorded.line.RecordedHeader;
import io.bellwether.monitoring.replay.FoldOrder;
import io.bellwether.monitoring.replay.Recorded;
import io.bellwether.monitoring.topology.MonitoringWorld;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes what happened in a world into a file, and runs commands on it. */
final class Recordings {
    /** What one command left behind. */
    record Ran(int code, String out, String err) {}

    private Recordings() {}

    /** What happened from a time on, in the order of the folds. */
    static List<Recorded> inOrder(MonitoringWorld world, long sinceMillis, boolean withVerdicts) {
        List<Recorded> all = new ArrayList<>();
        FoldOrder order = new FoldOrder(world.commanded(), withVerdicts ? world.concluded() : List.of(), all::add);
        world.counted().stream()
                .filter(snapshot -> snapshot.place().atMillis() >= sinceMillis)
                .forEach(order::snapshot);
        order.finish();
        return all;
    }

    static Path write(Path file, MonitoringWorld world, long sinceMillis, boolean withVerdicts) throws IOException {
        return write(file, header(world.nowMillis(), sinceMillis), inOrder(world, sinceMillis, withVerdicts));
    }

    static Path write(Path file, RecordedHeader header, List<Recorded> recorded) throws IOException {
        try (TelemetryWriter writer = new TelemetryWriter(file, header)) {
            for (Recorded entry : recorded) {
                writer.add(entry);
            }
            writer.commit();
        }
        return file;
    }

    static RecordedHeader header(long nowMillis, long sinceMillis) {
        return RecordedHeader.newBuilder()
                .setFormat(TelemetryFile.FORMAT)
                .setModel(SimulatedFleet.MODEL)
                .setSinceMillis(sinceMillis)
                .setRecordedAtMillis(nowMillis)
                .build();
    }

    static Ran run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = RecordedMain.commandLine(new PrintWriter(out), new PrintWriter(err))
                .execute(arguments);
        return new Ran(code, out.toString(), err.toString());
    }
}
