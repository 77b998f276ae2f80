package io.bellwether.gateway.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.gateway.Directories;
import io.bellwether.gateway.FakeWorkerLink;
import io.bellwether.gateway.Requests;
import io.bellwether.gateway.call.Cancellation;
import io.bellwether.gateway.call.Timekeeper;
import io.bellwether.protocol.hop.HopStatus;
import io.bellwether.routing.hedge.HedgeSettings;
import io.bellwether.routing.hedge.HedgeTerms;
import io.netty.channel.nio.NioEventLoopGroup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What it takes to choose between four workers, and to send a request that may be hedged. The times depend on the machine and
 * are only printed, by the profile {@code long}; each variant in turn, so that all have the same neighbours.
 */
class SendingCostTest {
    private static final boolean LONG = Boolean.getBoolean("bellwether.long");
    private static final int ROUNDS = LONG ? 15 : 1;
    private static final int TIMES = LONG ? 1_000_000 : 1_000;
    private static final long SECOND = 1_000_000_000L;
    private static final HedgeSettings SETTINGS = new HedgeSettings(0.95, 10_000_000, 0.02, 10);

    private final Timekeeper time = new Timekeeper.OfMachine();
    private final NioEventLoopGroup loops = new NioEventLoopGroup(1);
    private final List<FakeWorkerLink> links = IntStream.range(0, 4)
            .mapToObj(i -> new FakeWorkerLink().serving("m", "1"))
            .toList();
    private final List<Worker> workers = new ArrayList<>();
    private final WorkerDirectory directory;
    private final Outgoing request = Requests.outgoing("m", "1");

    SendingCostTest() {
        for (FakeWorkerLink link : links) {
            link.remembers = false;
            workers.add(new Worker("w" + workers.size(), link));
        }
        directory = Directories.of(time, workers);
        directory.poll();
    }

    @AfterEach
    void close() {
        loops.shutdownGracefully().syncUninterruptibly();
    }

    @Test
    void aChoice() {
        // When
        Map<String, IntSupplier> variants = new LinkedHashMap<>();
        variants.put("chosen by requests", this::choose);
        int byRequests = median(variants);
        long before = directory.choices().byTime();
        links.forEach(link -> link.news.told(List.of(status())));
        variants.clear();
        variants.put("chosen by predicted time", () -> {
            links.forEach(link -> link.news.told(List.of(status())));
            return choose();
        });
        int byTime = median(variants);

        // Then
        assertThat(List.of(byRequests, byTime)).containsOnly(TIMES);
        assertThat(before).isZero();
        assertThat(directory.choices().byTime()).isPositive();
    }

    @Test
    void aRequestThatMayBeHedged() throws Exception {
        // Given
        Dispatch dispatch = new Dispatch(directory, new RetryBudget(0.1, 10), Dispatch.LostWork.FAILS, time);
        Map<String, IntSupplier> variants = new LinkedHashMap<>();
        for (String model : List.of("another", "m")) {
            Hedging hedging = new Hedging(
                    dispatch, directory, new HedgeTerms(Set.of(model), SETTINGS), new LoopAlarms(loops), time);
            variants.put(model.equals("m") ? "sent, hedged" : "sent, not hedged", () -> send(hedging));
        }

        // When: as in the gateway, on an event loop
        int answered = loops.next().submit(() -> median(variants)).get();

        // Then
        assertThat(answered).isEqualTo(TIMES);
    }

    private int choose() {
        int chosen = 0;
        for (int i = 0; i < TIMES; i++) {
            chosen += directory.choose("m", "1", null).isPresent() ? 1 : 0;
        }
        return chosen;
    }

    private int send(Hedging hedging) {
        int answered = 0;
        for (int i = 0; i < TIMES; i++) {
            var reply = hedging.send(request, time.nanos() + SECOND, new Cancellation(), () -> false);
            answered += reply.toCompletableFuture().getNow(null) instanceof Reply.Answered ? 1 : 0;
        }
        return answered;
    }

    /** Runs each in turn; prints what one of a thousand takes; returns the least that one of them managed. */
    private static int median(Map<String, IntSupplier> variants) {
        Map<String, long[]> nanos = new LinkedHashMap<>();
        int least = Integer.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            for (var variant : variants.entrySet()) {
                long startNanos = System.nanoTime();
                least = Math.min(least, variant.getValue().getAsInt());
                nanos.computeIfAbsent(variant.getKey(), name -> new long[ROUNDS])[round] =
                        (System.nanoTime() - startNanos) / TIMES;
            }
        }
        nanos.forEach((name, all) -> {
            Arrays.sort(all);
            if (LONG) {
                System.out.printf(
                        "%s: least %d, median %d, most %d ns%n", name, all[0], all[ROUNDS / 2], all[ROUNDS - 1]);
            }
        });
        return least;
    }

    private static HopStatus status() {
        return HopStatus.newBuilder()
                .setModel("m")
                .setVersion("1")
                .setRunNanos(2_000_000)
                .setEachNanos(500_000)
                .build();
    }
}
