package io.bellwether.worker;

import io.bellwether.worker.cost.PriceSheet;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Reads the price sheet: the configured file, or the bundled one. */
final class PriceSheets {
    private static final String BUNDLED = "/price-sheet.yaml";

    private PriceSheets() {}

    static PriceSheet read(Optional<String> file) {
        try {
            if (file.isPresent()) {
                return PriceSheet.parse(Files.readString(Path.of(file.get())), file.get());
            }
            try (InputStream bundled = PriceSheets.class.getResourceAsStream(BUNDLED)) {
                if (bundled == null) {
                    throw new IllegalStateException("the bundled price sheet is missing from this build");
                }
                return PriceSheet.parse(new String(bundled.readAllBytes(), StandardCharsets.UTF_8), "bundled");
            }
        } catch (IOException e) {
            throw new ConfigurationException("The worker does not start: worker.price-sheet '" + file.orElse(BUNDLED)
                    + "' cannot be read; name a readable YAML file or leave it out");
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException("The worker does not start. " + e.getMessage());
        }
    }
}
