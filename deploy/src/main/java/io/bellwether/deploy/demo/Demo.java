package io.bellwether.deploy.demo;

import io.bellwether.deploy.platform.Layout;
import io.bellwether.deploy.platform.Port;
import io.bellwether.deploy.platform.Settings;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** The demo as a whole: load in the background, one rollout after another, a table at the end. */
public final class Demo {
    /** How long the stable version serves alone, so that monitoring knows what is usual. */
    private static final int ALONE_SECONDS_MIN = 12;

    private static final long SECOND_MILLIS = 1_000;
    private static final int ALONE_SECONDS_MAX = 60;
    private static final int STEADY_SECONDS_MIN = 5;
    private static final double STEADY_P99_MILLIS_MAX = 100;

    private final Layout layout;
    private final Settings settings;
    private final PrintStream out;

    public Demo(Layout layout, Settings settings, PrintStream out) {
        this.layout = layout;
        this.settings = settings;
        this.out = out;
    }

    /**
     * Runs it.
     *
     * @param requestsPerSecond load
     * @param only names of the candidates to roll out, all when empty
     * @param takeOver whether rollouts and the stable version of other people may be replaced
     * @return whether every rollout ended as it should
     */
    public boolean run(int requestsPerSecond, List<String> only, boolean takeOver)
            throws IOException, InterruptedException {
        long startNanos = System.nanoTime();
        var scenarios = Scenario.all().stream()
                .filter(scenario -> only.isEmpty() || only.contains(scenario.name()))
                .toList();
        if (scenarios.isEmpty()) {
            out.println("There is no candidate named " + only + "; there are good, slow, failing, drifting, costly.");
            return false;
        }
        var control = new ControlClient(settings.http(Port.CONTROL));
        var objection =
                new Stage(control, out, takeOver).objection(scenarios.get(0).stable());
        if (objection.isPresent()) {
            out.println(objection.get());
            return false;
        }
        out.printf(
                "Handwritten digits that no version was trained on, %d requests/s, sent open-loop over REST.%n%s%n",
                requestsPerSecond, DemoPlan.words());
        // closed from the last to the first: no rollout is left without the load that judges it
        try (var curtain = Curtain.raise();
                var load = LoadDriver.start(layout, settings, requestsPerSecond);
                var stage = new Stage(control, out, takeOver)) {
            stage.prepare(scenarios.get(0).stable());
            if (!settles(load, curtain, scenarios.get(0).stable(), requestsPerSecond)) {
                return false;
            }
            var endings = tell(scenarios, new Story(control, stage, load, curtain, out), stage);
            out.println();
            out.print(Ending.table(endings));
            out.printf("%nWhat the clients saw of each version:%n%s%n", load.versions());
            out.printf("%.0f s in all.%n", (System.nanoTime() - startNanos) / 1e9);
            return endings.stream().allMatch(ending -> ending.differences().isEmpty());
        } catch (InterruptedException e) {
            out.println("The demo was stopped before its end.");
            return false;
        }
    }

    private List<Ending> tell(List<Scenario> scenarios, Story story, Stage stage)
            throws IOException, InterruptedException {
        var endings = new ArrayList<Ending>();
        for (var scenario : scenarios) {
            stage.prepare(scenario.stable());
            out.printf(
                    "%n[%d/%d] %s: version %s against %s. It %s. It should be %s.%n",
                    endings.size() + 1,
                    scenarios.size(),
                    scenario.name(),
                    scenario.candidate(),
                    scenario.stable(),
                    scenario.fault(),
                    scenario.ending().equals(Scenario.PROMOTED) ? "promoted" : "taken back");
            endings.add(story.tell(scenario));
        }
        return endings;
    }

    /** Waits until the load is served without effort; what is judged on a machine that is drowning says little. */
    private boolean settles(LoadDriver load, Curtain curtain, String stable, int requestsPerSecond)
            throws IOException, InterruptedException {
        out.printf("%nVersion %s serves everything for a while.%n", stable);
        int steadySeconds = 0;
        for (int second = 0; second < ALONE_SECONDS_MAX; second++) {
            curtain.pause(SECOND_MILLIS);
            load.check();
            steadySeconds = load.isSteady(STEADY_P99_MILLIS_MAX) ? steadySeconds + 1 : 0;
            if (second >= ALONE_SECONDS_MIN && steadySeconds >= STEADY_SECONDS_MIN) {
                out.println(load.lastSecond());
                return true;
            }
        }
        out.printf(
                "The machine does not keep up with %d requests/s (%s). Try --rate %d, or when it is less busy.%n",
                requestsPerSecond, load.lastSecond(), requestsPerSecond / 2);
        return false;
    }
}
