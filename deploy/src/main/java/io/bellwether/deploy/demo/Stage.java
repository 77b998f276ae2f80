package io.bellwether.deploy.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The model that the demo plays with. It leaves no live rollout of its own behind when it is closed. */
final class Stage implements AutoCloseable {
    private static final Duration STABLE_MAX = Duration.ofSeconds(20);
    private static final long POLL_MILLIS = 500;

    private final ControlClient control;
    private final PrintStream out;
    private final boolean takeOver;

    /**
     * @param takeOver whether rollouts and the stable version of other people may be replaced
     */
    Stage(ControlClient control, PrintStream out, boolean takeOver) {
        this.control = control;
        this.out = out;
        this.takeOver = takeOver;
    }

    /** Why the demo must not begin with that stable version. */
    Optional<String> objection(String stable) throws IOException, InterruptedException {
        return takeOver ? Optional.empty() : occupancy().objection(stable);
    }

    /**
     * Ends live rollouts and makes the version stable, so that a rollout can begin.
     *
     * @throws IOException when a rollout of somebody else is live, with what to do
     */
    void prepare(String stable) throws IOException, InterruptedException {
        var now = occupancy();
        var live = new ArrayList<>(now.liveOfDemo());
        if (takeOver) {
            live.addAll(now.liveOfOthers());
        } else if (!now.liveOfOthers().isEmpty()) {
            throw new IOException(now.objection(stable).orElseThrow());
        }
        for (var id : live) {
            abort(id, "the demo starts anew");
            out.println("Ended the rollout " + id + ", which was live.");
        }
        if (now.stable().equals(stable)) {
            return;
        }
        out.printf("Version %s of %s is stable; making version %s stable.%n", now.stable(), DemoPlan.MODEL, stable);
        control.put(
                "/models/" + DemoPlan.MODEL + "/stable",
                because("the demo starts anew").put("version", stable));
        long endNanos = System.nanoTime() + STABLE_MAX.toNanos();
        while (!stable().equals(stable)) {
            if (System.nanoTime() > endNanos) {
                throw new IOException("version " + stable + " of " + DemoPlan.MODEL + " did not become stable within "
                        + STABLE_MAX.toSeconds() + " s; look at deploy/bellwether logs gateway");
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    /** Takes a rollout back whatever its evidence. */
    void abort(String id, String reason) throws IOException, InterruptedException {
        control.post("/rollouts/" + id + "/abort", because(reason));
    }

    @Override
    public void close() {
        try {
            for (var id : occupancy().liveOfDemo()) {
                abort(id, "the demo was stopped");
                out.println("Took back the rollout " + id + ", because the demo ends before it.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            out.println(
                    "A rollout of the demo may be live still (" + e.getMessage()
                            + "); look with deploy/bellwether rollout list and end it with deploy/bellwether rollout abort ID.");
        }
    }

    private Occupancy occupancy() throws IOException, InterruptedException {
        return Occupancy.parse(stable(), control.get("/rollouts?model=" + DemoPlan.MODEL));
    }

    private String stable() throws IOException, InterruptedException {
        for (JsonNode model : control.get("/models")) {
            if (model.path("model").asText().equals(DemoPlan.MODEL)) {
                return model.path("stableVersion").asText();
            }
        }
        throw new IOException("the gateway knows no model " + DemoPlan.MODEL + "; the demo needs the sample models");
    }

    private static ObjectNode because(String reason) {
        return JsonNodeFactory.instance.objectNode().put("reason", reason).put("actor", DemoPlan.ACTOR);
    }
}
