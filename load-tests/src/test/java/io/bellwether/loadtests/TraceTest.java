package io.bellwether.loadtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceTest {
    private static final String HEADER = "at_millis,deadline_millis,priority,items\n";

    @TempDir
    Path folder;

    @Test
    void theDriverSendsWhatTheTraceSaysWhenItSaysSo() throws Exception {
        // Given
        Trace trace = Trace.read(write(HEADER + "0,50,0,1\n12.5,100,2,4\n1500,0,0,1\n"));
        Samples samples = Samples.read(Files.writeString(folder.resolve("s.csv"), "a,label\n1,0\n"));
        VirtualTime time = new VirtualTime();
        long startNanos = time.nowNanos();
        List<String> sent = new ArrayList<>();
        Sender sender = new Sender() {
            @Override
            public void send(Ask ask, Consumer<Answer> answered) {
                sent.add((time.nowNanos() - startNanos) / 1000 + " " + ask);
                answered.accept(new Answer(Outcome.OK, "1", 0));
            }

            @Override
            public void close() {}
        };

        // When
        LoadDriver.Plan plan =
                new LoadDriver.Plan(Arrivals.Pattern.POISSON, trace.rate(), 0, trace.seconds(), 1, 10, 100);
        LoadDriver.Result result = new LoadDriver(time, sender, samples, new AtomicBoolean())
                .run(plan, trace.dues(samples, 1), (second, tally, inFlight) -> {});

        // Then
        assertThat(sent)
                .containsExactly(
                        "0 " + new Ask(0, 50, 0, 1),
                        "12500 " + new Ask(0, 100, 2, 4),
                        "1500000 " + new Ask(0, 0, 0, 1));
        assertThat(Tally.sum(result.tally().total()).count(Outcome.OK)).isEqualTo(3);
        assertThat(trace.seconds()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"5,50,0", "5,50,0,0", "-1,50,0,1", "x,50,0,1", "NaN,50,0,1"})
    void aLineThatIsNoArrivalIsNamed(String line) throws Exception {
        Path file = write(HEADER + "0,50,0,1\n" + line + "\n");

        assertThatThrownBy(() -> Trace.read(file))
                .isInstanceOf(LoadProblem.class)
                .hasMessageContaining("line 3");
    }

    @Test
    void arrivalsMustBeInOrder() throws Exception {
        Path file = write(HEADER + "5,50,0,1\n4,50,0,1\n");

        assertThatThrownBy(() -> Trace.read(file))
                .isInstanceOf(LoadProblem.class)
                .hasMessageContaining("earlier");
    }

    private Path write(String text) throws Exception {
        return Files.writeString(folder.resolve("trace.csv"), text);
    }
}
