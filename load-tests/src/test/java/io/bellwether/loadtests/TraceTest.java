package io.bellwether.loadtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bellwether.batching.Priorities;
import io.bellwether.batching.RecentArrivals;
import io.bellwether.batching.simulation.Request;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    5,50,0           | has 3 fields; write 4
                    x,50,0,1         | at_millis is 'x'; write a number from 0
                    5,-1,0,1         | deadline_millis is '-1'; write a whole number from 0 to 3600000
                    5,50,high,1      | priority is 'high'; write a whole number from 0
                    5,50,0,0         | items is '0'; write a whole number from 1
                    """)
    void whatIsWrongIsSaidAndWhatToWriteInstead(String line, String message) throws Exception {
        Path file = write(HEADER + "0,50,0,1\n" + line + "\n");

        assertThatThrownBy(() -> Trace.read(file))
                .isInstanceOf(LoadProblem.class)
                .hasMessageContaining("trace.csv line 3")
                .hasMessageContaining(message);
    }

    @Test
    void aFileWithoutTheHeaderOrArrivalsIsRefused() throws Exception {
        assertThatThrownBy(() -> Trace.read(write("0,50,0,1\n"))).hasMessageContaining("line 1 is not the header");
        assertThatThrownBy(() -> Trace.read(write(""))).hasMessageContaining("line 1 is not the header");
        assertThatThrownBy(() -> Trace.read(write(HEADER))).hasMessageContaining("no arrivals");
        assertThatThrownBy(() -> Trace.read(folder.resolve("none.csv"))).hasMessageContaining("--trace");
    }

    @Test
    void theSameTraceServesTheSimulation() throws Exception {
        // Given one with a deadline of its own, one that leaves it to the model
        Trace trace = Trace.read(write(HEADER + "0.5,50,1,1\n12.5,0,0,4\n"));

        // When
        List<Request> requests = trace.requests(new Priorities(List.of(9, 3), 2), 70_000_000);

        // Then
        assertThat(requests)
                .containsExactly(
                        Request.of(new RecentArrivals.Arrival(500_000, 50_000_000, 1, 1, 9)),
                        Request.of(new RecentArrivals.Arrival(12_500_000, 70_000_000, 4, 1, 3)));
    }

    private Path write(String text) throws Exception {
        return Files.writeString(folder.resolve("trace.csv"), text);
    }
}
