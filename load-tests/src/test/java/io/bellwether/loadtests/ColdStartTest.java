package io.bellwether.loadtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ColdStartTest {
    private static final long MILLI = 1_000_000L;
    private static final Rows ROWS = new Rows() {
        @Override
        public int rows() {
            return 2;
        }

        @Override
        public int label(int row) {
            return -1;
        }
    };

    @TempDir
    Path folder;

    private final VirtualTime time = new VirtualTime();

    /** Answers in 2 ms, and in 10 ms as long as it is young. */
    private final class Server implements Sender {
        private int youngRequests;
        private int sent;

        @Override
        public void send(Ask ask, Consumer<Answer> answered) {
            sent++;
            boolean young = youngRequests-- > 0;
            time.at(time.nowNanos() + (young ? 10 : 2) * MILLI, () -> answered.accept(new Answer(Outcome.OK, "1", 0)));
        }

        @Override
        public void close() {}
    }

    private ColdStart.Measured measured(int youngRequests) throws LoadProblem {
        Server server = new Server();
        ColdStart.Measured measured = new ColdStart(time, server, ROWS, new ColdStart.Load(200, 1000, 5, 1))
                .measure(1, "worker", () -> {
                    server.youngRequests = youngRequests;
                    time.sleepUntil(time.nowNanos() + 4_000 * MILLI);
                    return 4;
                });
        assertThat(server.sent).isEqualTo(1000 + 1000 + 3000);
        return measured;
    }

    @Test
    void theFirstRequestsAreComparedWithLaterOnes() throws LoadProblem {
        // When one request in fifty of the first thousand is slow
        ColdStart.Measured slow = measured(20);

        // Then
        assertThat(slow.first().total()).isEqualTo(1000);
        assertThat(slow.steady().total()).isEqualTo(3000);
        assertThat(slow.first().millis(99)).isCloseTo(10, within(0.1));
        assertThat(slow.p99Ratio()).isCloseTo(5, within(0.1));
        assertThat(slow.readySeconds()).isEqualTo(4);
    }

    @Test
    void lessThanAHundredthOfThemIsNotThe99thPercentile() throws LoadProblem {
        assertThat(measured(9).p99Ratio()).isCloseTo(1, within(0.01));
    }

    @Test
    void theSummaryHasEachProcessWithItsRange() throws LoadProblem {
        assertThat(ColdStartCommand.summary(List.of(measured(20), measured(0))))
                .isEqualTo("- p99 of the first requests to that of later ones, worker: 3.00 (1.00 to 5.00)\n");
    }

    @Test
    void aProcessIsFoundByTheFileOfItsLauncher() throws Exception {
        // Given
        long own = ProcessHandle.current().pid();
        Files.writeString(folder.resolve("worker.pid"), "pid=" + own + "\n");

        // Then
        assertThat(new LaunchedProcess(folder, "worker").running().map(ProcessHandle::pid))
                .contains(own);
        assertThat(new LaunchedProcess(folder, "gateway").running()).isEmpty();
    }
}
