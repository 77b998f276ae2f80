package io.bellwether.loadtests;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/** What processes held while a load lasted, and whether it grew. */
final class Soak {
    private static final double MIB = 1 << 20;

    private final List<Sample> samples = new ArrayList<>();

    /** One process at one moment, in minutes since the load began. */
    record Sample(double minute, String process, ProcessMemory memory) {
        Map<String, Object> fields() {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("minute", minute);
            fields.put("process", process);
            fields.put("residentBytes", memory.residentBytes());
            fields.put("liveBytes", memory.liveBytes());
            return fields;
        }
    }

    /**
     * From the second quarter of a run to its last: in the first one the compiler and the caches fill up.
     *
     * @param earlyBytes mean of the second quarter
     * @param lateBytes mean of the last quarter
     */
    record Growth(double earlyBytes, double lateBytes) {
        /** @param values in the order of time, at least four */
        static Growth of(double[] values) {
            int quarter = values.length / 4;
            if (quarter == 0) {
                throw new IllegalArgumentException(values.length + " values have no quarters");
            }
            return new Growth(mean(values, quarter, 2 * quarter), mean(values, values.length - quarter, values.length));
        }

        double share() {
            return lateBytes / earlyBytes - 1;
        }

        private static double mean(double[] values, int from, int to) {
            double sum = 0;
            for (int i = from; i < to; i++) {
                sum += values[i];
            }
            return sum / (to - from);
        }
    }

    synchronized void add(Sample sample) {
        samples.add(sample);
    }

    synchronized List<Sample> samples() {
        return List.copyOf(samples);
    }

    static List<String> header() {
        return List.of(
                "process",
                "samples",
                "live heap early MiB",
                "late MiB",
                "growth",
                "resident early MiB",
                "late MiB",
                "growth");
    }

    /** A row for each process that was seen at least four times. */
    List<List<String>> rows() {
        List<List<String>> rows = new ArrayList<>();
        for (String process : samples().stream().map(Sample::process).distinct().toList()) {
            List<ProcessMemory> seen = samples().stream()
                    .filter(sample -> sample.process().equals(process))
                    .map(Sample::memory)
                    .toList();
            if (seen.size() >= 4) {
                List<String> row = new ArrayList<>(List.of(process, String.valueOf(seen.size())));
                row.addAll(cells(seen, ProcessMemory::liveBytes));
                row.addAll(cells(seen, ProcessMemory::residentBytes));
                rows.add(row);
            }
        }
        return rows;
    }

    private static List<String> cells(List<ProcessMemory> seen, ToLongFunction<ProcessMemory> value) {
        Growth growth = Growth.of(seen.stream().mapToDouble(value::applyAsLong).toArray());
        return List.of(
                Markdown.number(growth.earlyBytes() / MIB),
                Markdown.number(growth.lateBytes() / MIB),
                Markdown.percent(growth.share()));
    }
}
