package io.bellwether.deploy.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LogExcerptTest {
    @Test
    void aTraceBecomesItsInnermostCause() {
        // Given
        var lines =
                """
                2026-01-01T00:00:00Z INFO  Start starting
                2026-01-01T00:00:01Z ERROR Application Failed to start application: java.lang.RuntimeException: Failed
                \tat io.quarkus.runner.ApplicationImpl.doStart(Unknown Source)
                \tat java.base/java.lang.Thread.run(Thread.java:840)
                Caused by: java.lang.RuntimeException: it could not be wired
                \tat io.bellwether.gateway.start.Outer.<init>(Outer.java:1)
                Caused by: java.lang.IllegalStateException: the gateway does not start: use 127.0.0.1
                \tat io.bellwether.gateway.start.Observer_onStart$1.notify(Unknown Source)
                \t... 9 more
                2026-01-01T00:00:02Z INFO  Start stopped
                """
                        .lines()
                        .toList();

        // When
        var excerpt = LogExcerpt.of(lines, 20);

        // Then
        assertThat(excerpt)
                .containsExactly(
                        "2026-01-01T00:00:00Z INFO  Start starting",
                        "the gateway does not start: use 127.0.0.1",
                        "2026-01-01T00:00:02Z INFO  Start stopped");
    }

    @Test
    void aTraceWithoutACauseKeepsItsFirstLine() {
        // When
        var excerpt = LogExcerpt.of(List.of("ERROR broken: java.io.IOException: no", "\tat a.B.c(B.java:1)"), 20);

        // Then
        assertThat(excerpt).containsExactly("ERROR broken: java.io.IOException: no");
    }

    @Test
    void ofManyLinesTheLastAreKept() {
        assertThat(LogExcerpt.of(List.of("1", "2", "3 at (4)"), 2)).containsExactly("2", "3 at (4)");
    }
}
