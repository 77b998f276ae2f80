package io.bellwether.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.deploy.platform.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GreetingTest {
    @TempDir
    private Path folder;

    @Test
    void namesTheWayToStopThatWorks() throws Exception {
        // Given
        var checkout = new StubCheckout(folder);
        var settings = new Settings(Map.of(), "models of mine", List.of());

        // When
        var atTerminal = Greeting.of(checkout.layout(), settings, false);
        var inBackground = Greeting.of(checkout.layout(), settings, true);

        // Then
        assertThat(atTerminal).contains("Stop with Ctrl-C here");
        assertThat(inBackground).contains("Stop with deploy/bellwether down").doesNotContain("Ctrl-C");
    }
}
