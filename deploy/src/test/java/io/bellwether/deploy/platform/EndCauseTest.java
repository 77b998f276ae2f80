package io.bellwether.deploy.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EndCauseTest {
    private static final String REFUSAL =
            """
            2026-01-01T00:00:01Z ERROR Application Failed to start application: java.lang.RuntimeException: Failed
            \tat io.quarkus.runner.ApplicationImpl.doStart(Unknown Source)
            Caused by: java.lang.RuntimeException: it could not be wired
            \tat io.bellwether.gateway.start.Outer.<init>(Outer.java:1)
            Caused by: java.lang.IllegalArgumentException: the gateway does not start:
            \tgateway.limits.in-flight-max must be more than zero
            \tat io.bellwether.gateway.start.Observer_onStart$1.notify(Unknown Source)
            \t... 9 more

            2026-01-01T00:00:02Z INFO  Start stopped
            """;

    @Test
    void aCrashInNativeCodeNamesItsSignalItsLibraryAndItsReport() {
        // Given
        var log =
                """
                2026-01-01T00:00:00Z INFO  Start ready
                #
                # A fatal error has been detected by the Java Runtime Environment:
                #
                #  SIGSEGV (0xb) at pc=0x00007feaacf8fe4c, pid=14708, tid=15012
                #
                # JRE version: OpenJDK Runtime Environment (17.0.15+6)
                # Problematic frame:
                # C  [libtorch_cpu.so+0x698fe4c]  torch::jit::f(std::vector<int>&)+0x3c
                #
                # An error report file with more information is saved as:
                # /home/a/.bellwether/hs_err_pid14708.log
                #
                """;

        // When
        var cause = EndCause.of(134, log.lines().toList());

        // Then
        assertThat(cause)
                .contains("SIGSEGV in native code of libtorch_cpu.so; the crash report is"
                        + " /home/a/.bellwether/hs_err_pid14708.log");
        assertThat(EndCause.how(134)).isEqualTo("signal 6");
    }

    @Test
    void aCrashWhoseTextIsCutIsStillOne() {
        assertThat(EndCause.of(134, List.of("# A fatal error has been detected by the Java Runtime Environment:")))
                .contains("a crash");
    }

    @Test
    void aRefusalIsItsOwnSentence() {
        assertThat(EndCause.of(1, REFUSAL.lines().toList()))
                .contains("the gateway does not start: gateway.limits.in-flight-max must be more than zero");
        assertThat(EndCause.how(1)).isEqualTo("exit status 1");
    }

    @Test
    void noMemoryIsNamed() {
        assertThat(EndCause.of(3, List.of("Terminating due to java.lang.OutOfMemoryError: Java heap space")))
                .contains("it ran out of memory (Java heap space)");
    }

    @Test
    void aWorkerThatHungSaysWhichVersionItWas() {
        // Given
        var log =
                """
                2026-01-01T00:00:00.000+0000 INFO  [i.b.w.Worker] worker=w ready=true versions=[m/1]
                2026-01-01T00:01:07.123+0000 ERROR [i.b.w.Worker] version=m/1 reason=HUNG an execution takes longer than \
                60.0 s; the worker ends
                """
                        .lines()
                        .toList();

        // Then
        assertThat(EndCause.of(70, log))
                .contains("version=m/1 reason=HUNG an execution takes longer than 60.0 s; the worker ends");
        assertThat(EndCause.of(1, log)).as("ended for another reason").isEmpty();
    }

    @Test
    void anEarlierTroubleIsNotTakenForTheCause() {
        // Given
        var later = Stream.concat(REFUSAL.lines(), Collections.nCopies(30, "2026-01-01 INFO all is well").stream())
                .toList();

        // Then
        assertThat(EndCause.of(1, later)).isEmpty();
        assertThat(EndCause.of(143, REFUSAL.lines().toList())).isEmpty();
        assertThat(EndCause.of(137, REFUSAL.lines().toList()))
                .contains("killed from outside, by somebody or by a system that ran out of memory");
    }
}
