package io.bellwether.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Set;

/** Follows one rollout. A gateway that is away for less than a minute is waited for. */
final class Watch {

    private static final Duration AWAY_MAX = Duration.ofSeconds(60);
    private static final Set<String> ENDED = Set.of("PROMOTED", "ROLLED_BACK", "ABORTED");

    private final ControlApi api;
    private final Screen screen;
    private final Pace pace;
    private final WatchTable table = new WatchTable();
    private final long startNanos;
    private String lastShown = "";

    Watch(ControlApi api, Screen screen, Pace pace) {
        this.api = api;
        this.screen = screen;
        this.pace = pace;
        this.startNanos = pace.nowNanos();
    }

    int untilEnded(String id, Duration interval, Duration longest) throws InterruptedException {
        long contactNanos = startNanos;
        boolean away = false;
        while (true) {
            Answer answer = api.get(ControlApi.path("rollouts", id));
            if (answer instanceof Answer.Done done) {
                contactNanos = pace.nowNanos();
                away = false;
                show(done.body());
                if (ENDED.contains(done.body().path("state").asText())) {
                    return ended(done.body());
                }
            } else if (answer instanceof Answer.Refused || lastShown.isEmpty() || passed(contactNanos, AWAY_MAX)) {
                return screen.fail(Screen.sentence(answer));
            } else if (!away) {
                away = true;
                screen.note("bellwether: " + Screen.sentence(answer) + " (looking again for " + AWAY_MAX.toSeconds()
                        + " s)");
            }
            if (passed(startNanos, longest)) {
                return screen.fail(
                        "rollout " + id + " has not ended in " + longest.toSeconds() + " s; watch it again for longer");
            }
            pace.pause(interval);
        }
    }

    /** Prints the rollout if it is not as it was. */
    private void show(JsonNode rollout) {
        JsonNode verdict = rollout.path("verdict");
        String seen = rollout.path("version").asText() + "/"
                + verdict.path("atMillis").asText() + "/"
                + verdict.path("slot").asText()
                + (Alarm.silence(rollout).isPresent() ? "/old" : "");
        for (JsonNode arm : rollout.path("arms")) {
            seen += "/" + arm.path("state").asText()
                    + arm.path("verdict").path("atMillis").asText();
        }
        if (seen.equals(lastShown)) {
            return;
        }
        lastShown = seen;
        if (screen.json()) {
            screen.line(rollout.toString());
        } else {
            table.lines(seconds(), rollout).forEach(screen::line);
        }
    }

    private int ended(JsonNode rollout) {
        String state = rollout.path("state").asText();
        if (!screen.json()) {
            JsonNode history = rollout.path("history");
            JsonNode last = history.path(history.size() - 1);
            String exposed =
                    rollout.path("verdict").isObject() ? "; " + RolloutText.exposed(rollout.path("verdict")) : "";
            screen.line("rollout " + rollout.path("id").asText() + " ended: " + state + " by "
                    + last.path("actor").asText("nobody") + ": "
                    + last.path("reason").asText() + exposed);
        }
        return state.equals("PROMOTED") ? ExitCode.DONE : ExitCode.FAILED;
    }

    private boolean passed(long sinceNanos, Duration limit) {
        return pace.nowNanos() - sinceNanos >= limit.toNanos();
    }

    private long seconds() {
        return Duration.ofNanos(pace.nowNanos() - startNanos).toSeconds();
    }
}
