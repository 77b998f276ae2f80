package io.bellwether.worker.model;

import java.util.List;

/** Reads the keys of {@link Hosting}. */
final class HostingReader {
    private static final int MEMORY_MIB_MAX = 1 << 20;
    private static final double TOLERANCE_MAX = 1;

    private HostingReader() {}

    static Hosting read(YamlMapping root, List<WarmUpSample> warmUp) {
        Hosting usual = Hosting.DEFAULT;
        boolean onDemand = root.has("on_demand")
                && root.text("on_demand", "false", List.of("true", "false")::contains, "write true or false")
                        .equals("true");
        int memoryMib = root.has("memory_mib") ? root.wholeNumber("memory_mib", 1, 1, MEMORY_MIB_MAX) : 0;
        double tolerance = root.has("golden_tolerance")
                ? Double.parseDouble(root.text(
                        "golden_tolerance",
                        String.valueOf(usual.goldenTolerance()),
                        HostingReader::isTolerance,
                        "write a number from 0 to " + TOLERANCE_MAX))
                : usual.goldenTolerance();
        return new Hosting(tolerance, onDemand, memoryMib, warmUp);
    }

    private static boolean isTolerance(String text) {
        try {
            double number = Double.parseDouble(text);
            return number >= 0 && number <= TOLERANCE_MAX;
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
