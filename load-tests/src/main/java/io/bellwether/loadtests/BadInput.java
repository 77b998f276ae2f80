package io.bellwether.loadtests;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** What one bad request costs the others: a poisonous one in a batch, a huge one among small ones. */
final class BadInput {
    private static final int BURST = 32;
    private static final int BURSTS = 40;
    private static final long PATIENCE_SECONDS = 10;

    private final Ticker ticker;

    BadInput(Ticker ticker) {
        this.ticker = ticker;
    }

    /** {@code poison}'s row 0 must be the one that the program throws at; the other rows are good. */
    Map<String, Object> poison(Sender sender, Payloads poison) throws LoadProblem {
        Tally clean = new Tally();
        Tally good = new Tally();
        Tally bad = new Tally();
        for (int i = 0; i < BURSTS; i++) {
            burst(sender, poison.rows() - 1, false, clean, bad);
            burst(sender, poison.rows() - 1, true, good, bad);
        }
        Counts without = Tally.sum(clean.total());
        Counts with = Tally.sum(good.total());
        Counts poisonous = Tally.sum(bad.total());
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("bursts", BURSTS);
        fields.put("goodInPoisonedBursts", with.total());
        fields.put("goodAnswered", with.count(Outcome.OK));
        fields.put("poisonous", poisonous.total());
        fields.put("poisonousModelErrors", poisonous.count(Outcome.MODEL_ERROR));
        fields.put("cleanP99Millis", without.millis(99));
        fields.put("poisonedP99Millis", with.millis(99));
        fields.put("addedP50Millis", with.millis(50) - without.millis(50));
        return fields;
    }

    private void burst(Sender sender, int goodRows, boolean poisoned, Tally good, Tally bad) throws LoadProblem {
        CountDownLatch left = new CountDownLatch(BURST);
        long startNanos = ticker.nowNanos();
        for (int i = 0; i < BURST; i++) {
            boolean isPoison = poisoned && i == BURST / 2;
            sender.send(Ask.of(isPoison ? 0 : 1 + i % goodRows), answer -> {
                (isPoison ? bad : good).add(answer, ticker.nowNanos() - startNanos, -1);
                left.countDown();
            });
        }
        try {
            if (!left.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new LoadProblem(
                        left.getCount() + " requests of a burst had no answer in " + PATIENCE_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LoadProblem("stopped during a burst", e);
        }
    }

    /** Small requests at a rate, without and with huge ones beside them, in turns. */
    Map<String, Object> bomb(Sender small, Sender huge, Rows rows, double rate, int seconds, int items)
            throws LoadProblem {
        Counts without = Counts.none();
        Counts with = Counts.none();
        Tally bombs = new Tally();
        for (int round = 0; round < 2; round++) {
            LoadDriver.Plan plan =
                    new LoadDriver.Plan(Arrivals.Pattern.POISSON, rate, 1, seconds, round + 1, 1000, 5000);
            without = without.plus(counts(small, rows, plan, (second, tally, inFlight) -> {}));
            // A huge request each second, told apart from the small ones it is sent beside.
            with = with.plus(counts(small, rows, plan, (second, tally, inFlight) -> {
                long startNanos = ticker.nowNanos();
                huge.send(new Ask(0, 0, 0, items), answer -> bombs.add(answer, ticker.nowNanos() - startNanos, -1));
            }));
        }
        Counts answered = Tally.sum(bombs.total());
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("requestsPerSecond", rate);
        fields.put("bombItems", items);
        fields.put("without", Results.counts(without));
        fields.put("with", Results.counts(with));
        fields.put("bombs", Results.counts(answered));
        fields.put("p99Ratio", with.millis(99) / without.millis(99));
        return fields;
    }

    private Counts counts(Sender small, Rows rows, LoadDriver.Plan plan, LoadDriver.Observer observer) {
        return Tally.sum(new LoadDriver(ticker, small, rows, new AtomicBoolean())
                .run(plan, observer)
                .tally()
                .total());
    }
}
