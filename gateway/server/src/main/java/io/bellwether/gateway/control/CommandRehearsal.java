package io.bellwether.gateway.control;

import io.bellwether.controlapi.log.Command;
import io.bellwether.gateway.call.Timekeeper;
import io.bellwether.gateway.capacity.FleetCapacity;
import io.bellwether.gateway.worker.WorkerDirectory;
import io.bellwether.routing.Kill;
import io.bellwether.routing.KilledRollouts;
import io.bellwether.routing.RolloutState;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Creates and takes back rollouts that there are not, over and over, in a control state of its own that nobody routes by: the
 * first roll back that a gateway is asked for is the one that matters, and a cold JVM takes ten times as long for it.
 */
public final class CommandRehearsal {
    private static final String ID = "rehearsal";
    private static final ControlTarget.Move ROLL_BACK = new ControlTarget.Move(ID, "rollback");
    private static final Conditions UNCONDITIONAL = new Conditions(Optional.empty(), Optional.empty());
    private static final Buffer CREATE = Buffer.buffer("{\"id\":\"" + ID + "\",\"model\":\"" + ID
            + "\",\"stableVersion\":\"1\",\"candidateVersion\":\"2\",\"actor\":\"" + ID
            + "\",\"steps\":[{\"weightPercent\":5},{\"weightPercent\":50}]}");
    private static final Buffer WHY = Buffer.buffer("{\"actor\":\"" + ID + "\",\"reason\":\"it is only a rehearsal\"}");
    private static final Duration CALL_MAX = Duration.ofSeconds(1);

    private final WorkerDirectory directory;
    private final Timekeeper time;
    private final FleetCapacity capacity;

    public CommandRehearsal(WorkerDirectory directory, Timekeeper time, FleetCapacity capacity) {
        this.directory = directory;
        this.time = time;
        this.capacity = capacity;
    }

    /**
     * Rehearses until a number of rounds or the time is over.
     *
     * @param api base address of the control API of this process; it is asked to take back a rollout that it does not know
     * @return rounds in which the rollout was taken back
     */
    public int run(URI api, int rounds, Duration max) throws InterruptedException {
        HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CALL_MAX)
                .build();
        HttpRequest unknown = HttpRequest.newBuilder(api.resolve("/control/v1/rollouts/" + ID + "/rollback"))
                .timeout(CALL_MAX)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(WHY.getBytes()))
                .build();
        long endNanos = time.nanos() + max.toNanos();
        int done = 0;
        for (int round = 0; round < rounds && endNanos - time.nanos() > 0; round++) {
            done += isTakenBack() ? 1 : 0;
            try {
                http.send(unknown, HttpResponse.BodyHandlers.ofString());
            } catch (HttpTimeoutException e) {
                // A machine that is so busy needs the more rounds.
            } catch (IOException e) {
                return done; // A control API that cannot be reached from here is not worth a gateway that is not ready.
            }
        }
        return done;
    }

    /** One rollout from its first step to its end, in a world of its own. */
    private boolean isTakenBack() {
        ControlFold fold = new ControlFold();
        Echo log = new Echo(fold, time);
        ControlViews views = new ControlViews(fold, directory, new VerdictBoard(1), id -> Optional.empty());
        CommandWriter writer = new CommandWriter(fold, log, CALL_MAX, CALL_MAX, List.of());
        ControlApi api = new ControlApi(fold, views, writer, time, capacity);
        Command create = CommandJson.create(JsonFields.of(CREATE.toJsonObject()), time.epochMillis());
        boolean written =
                writer.write(create, Set.of("1", "2")).toCompletableFuture().getNow(null) instanceof WriteResult.Done;
        ControlApi.Answer answer = api.answer(ROLL_BACK, WHY, UNCONDITIONAL)
                .toCompletableFuture()
                .getNow(new ControlApi.Answer(0, Buffer.buffer(), Map.of()));
        fold.kill(KilledRollouts.NONE.with(new Kill(ID, ID, time.epochMillis(), ID)));
        return written && answer.status() == ControlStatus.OK && hasEnded(fold);
    }

    private static boolean hasEnded(ControlFold fold) {
        return fold.state()
                .rollout(ID)
                .filter(rollout -> rollout.state() == RolloutState.ROLLED_BACK)
                .isPresent();
    }

    /** A log that gives each command back at once. */
    private static final class Echo implements ControlLog {
        private final ControlFold fold;
        private final Timekeeper time;
        private long end;

        Echo(ControlFold fold, Timekeeper time) {
            this.fold = fold;
            this.time = time;
        }

        @Override
        public CompletionStage<Long> append(Command command) {
            long nowMillis = time.epochMillis();
            fold.apply(new LogEntry(end, nowMillis, command), nowMillis, true);
            return CompletableFuture.completedFuture(end++);
        }

        @Override
        public boolean reachable() {
            return true;
        }
    }
}
