package io.bellwether.loadtests;

import io.bellwether.telemetry.events.Snapshot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/**
 * When processes report, fixed beforehand. Each has a phase of its own: four times a second it tells what has changed about all
 * of its models, and within 50 ms after the end of a second what came of that second, as gateways and workers do.
 */
final class ReportSchedule {
    private static final int MILLIS_PER_SLOT = 1_000;
    private static final int PASSED_MILLIS = 50;

    private final List<Reporter> reporters;

    /**
     * A process that reports about the models from one on up to another.
     *
     * @param phaseMillis of its reports four times a second
     * @param passedMillis how long after the end of a second it tells what came of it
     */
    record Reporter(
            Snapshot.Process process, String id, int fromModel, int toModel, int phaseMillis, int passedMillis) {}

    /**
     * A report about all models of a process.
     *
     * @param quarter how much of the slot is counted, 0 to 4
     */
    record Due(long atMillis, Reporter reporter, long slot, int quarter) {}

    private ReportSchedule(List<Reporter> reporters) {
        this.reporters = reporters;
    }

    /** Gateways and workers that share the models among them. */
    static ReportSchedule of(int models, int modelsOfGateway, int modelsOfWorker, long seed) {
        Random random = new Random(seed);
        List<Reporter> reporters = new ArrayList<>();
        add(reporters, Snapshot.Process.GATEWAY, "gateway-", models, modelsOfGateway, random);
        add(reporters, Snapshot.Process.WORKER, "worker-", models, modelsOfWorker, random);
        return new ReportSchedule(List.copyOf(reporters));
    }

    private static void add(
            List<Reporter> to, Snapshot.Process process, String name, int models, int modelsOfOne, Random random) {
        for (int from = 0; from < models; from += modelsOfOne) {
            to.add(new Reporter(
                    process,
                    name + (from / modelsOfOne + 1),
                    from,
                    Math.min(models, from + modelsOfOne),
                    random.nextInt(MILLIS_PER_SLOT / FleetReports.QUARTERS),
                    random.nextInt(PASSED_MILLIS)));
        }
    }

    List<Reporter> reporters() {
        return reporters;
    }

    /** What is due within one second: what came of the one before, and the quarters of this one. In the order of time. */
    List<Due> within(long slot) {
        List<Due> dues = new ArrayList<>();
        long start = slot * MILLIS_PER_SLOT;
        for (Reporter reporter : reporters) {
            dues.add(new Due(start + reporter.passedMillis(), reporter, slot - 1, FleetReports.QUARTERS));
            for (int quarter = 0; quarter < FleetReports.QUARTERS; quarter++) {
                // The first report of a second comes after what there is to say of the one before.
                long at = Math.max(
                        reporter.phaseMillis() + (long) quarter * MILLIS_PER_SLOT / FleetReports.QUARTERS,
                        reporter.passedMillis());
                dues.add(new Due(start + at, reporter, slot, quarter));
            }
        }
        dues.sort(Comparator.comparingLong(Due::atMillis));
        return dues;
    }
}
