package io.bellwether.worker.cost;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Prices of the devices that a worker runs on.
 *
 * @param cpuCoreHourPicoUsd one CPU core for one hour, in picoUSD
 * @param gpuHourPicoUsd one GPU for one hour, in picoUSD
 */
public record PriceSheet(long cpuCoreHourPicoUsd, long gpuHourPicoUsd) {
    private static final Set<String> KEYS = Set.of("currency", "cpu_core_hour_usd", "gpu_hour_usd");
    private static final BigDecimal PRICE_MAX_USD = BigDecimal.valueOf(1_000_000);
    private static final int SHEET_CHARACTERS_MAX = 65_536;

    public PriceSheet {
        if (cpuCoreHourPicoUsd < 0 || gpuHourPicoUsd < 0) {
            throw new IllegalArgumentException("a price is negative");
        }
    }

    /**
     * Reads a price sheet.
     *
     * @param yaml {@code currency: USD}, {@code cpu_core_hour_usd} and {@code gpu_hour_usd}, prices from
     *     0 to one million with at most 12 digits after the point
     * @param source what to call the sheet in an error
     * @throws IllegalArgumentException naming every problem and what to write instead
     */
    public static PriceSheet parse(String yaml, String source) {
        List<String> problems = new ArrayList<>();
        Map<?, ?> sheet = load(yaml, problems);
        for (Object key : sheet.keySet()) {
            if (!(key instanceof String name) || !KEYS.contains(name)) {
                problems.add("'" + key + "' is not a known key; use currency, cpu_core_hour_usd, gpu_hour_usd");
            }
        }
        if (!"USD".equals(sheet.get("currency"))) {
            problems.add("currency is '" + sheet.get("currency") + "'; write currency: USD");
        }
        long cpu = picoUsd(sheet, "cpu_core_hour_usd", problems);
        long gpu = picoUsd(sheet, "gpu_hour_usd", problems);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException("The price sheet " + source + ": " + String.join(" | ", problems));
        }
        return new PriceSheet(cpu, gpu);
    }

    private static Map<?, ?> load(String yaml, List<String> problems) {
        try {
            LoadSettings settings = LoadSettings.builder()
                    .setCodePointLimit(SHEET_CHARACTERS_MAX)
                    .build();
            Object document = new Load(settings).loadFromString(yaml);
            if (document instanceof Map<?, ?> map) {
                return map;
            }
            problems.add("it is not a mapping; write key: value lines");
        } catch (YamlEngineException e) {
            problems.add("it is not valid YAML: " + e.getMessage());
        }
        return Map.of();
    }

    private static long picoUsd(Map<?, ?> sheet, String key, List<String> problems) {
        Object value = sheet.get(key);
        String fix = "; write a number from 0 to " + PRICE_MAX_USD + " with at most 12 digits after the point";
        if (!(value instanceof Number number) || !Double.isFinite(number.doubleValue())) {
            problems.add(key + " is '" + value + "'" + fix);
            return 0;
        }
        try {
            // The shortest decimal of the parsed double is what the author wrote.
            BigDecimal usd = new BigDecimal(number.toString());
            if (usd.signum() >= 0 && usd.compareTo(PRICE_MAX_USD) <= 0) {
                return usd.movePointRight(12).longValueExact();
            }
        } catch (ArithmeticException e) {
            // More than 12 digits after the point: reported with the range below.
        }
        problems.add(key + " is '" + value + "'" + fix);
        return 0;
    }
}
