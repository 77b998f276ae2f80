package io.bellwether.deploy.demo;

import io.bellwether.deploy.platform.Layout;
import io.bellwether.deploy.platform.Port;
import io.bellwether.deploy.platform.Settings;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The demo as a whole: load in the background, one rollout after another, a table at the end. */
public final class Demo {
    /** How long the stable version serves alone, so that monitoring knows what is usual. */
    private static final int ALONE_SECONDS_MIN = 12;

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
     * @param takeOver whether to end a rollout that somebody else has begun
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
        var others = Story.rolloutsOfOthers(control);
        if (!others.isEmpty() && !takeOver) {
            out.printf(
                    "Rollout %s of model %s is live and not the demo's. End it with deploy/bellwether rollout abort %s,"
                            + " or let the demo end it with --take-over.%n",
                    others.get(0), DemoPlan.MODEL, others.get(0));
            return false;
        }
        Story.reset(control, scenarios.get(0).stable());
        out.printf(
                "Handwritten digits that no version was trained on, %d requests/s, sent open-loop over REST.%n%s%n",
                requestsPerSecond, DemoPlan.words());
        var endings = new ArrayList<Ending>();
        String versions;
        try (var load = LoadDriver.start(layout, settings, requestsPerSecond)) {
            var story = new Story(control, load, out);
            Runtime.getRuntime().addShutdownHook(new Thread(story::abandon, "demo-stop"));
            out.printf(
                    "%nVersion %s serves everything for a while.%n",
                    scenarios.get(0).stable());
            if (!settles(load)) {
                out.printf(
                        "The machine does not keep up with %d requests/s (%s). Try --rate %d, or when it is less busy.%n",
                        requestsPerSecond, load.lastSecond(), requestsPerSecond / 2);
                return false;
            }
            out.println(load.lastSecond());
            for (var scenario : scenarios) {
                endings.add(tell(scenario, story, control, endings.size() + 1, scenarios.size()));
            }
            versions = load.versions();
        }
        out.println();
        out.print(Ending.table(endings));
        out.printf("%nWhat the clients saw of each version:%n%s%n", versions);
        out.printf("%.0f s in all.%n", (System.nanoTime() - startNanos) / 1e9);
        return endings.stream().allMatch(ending -> ending.differences().isEmpty());
    }

    private Ending tell(Scenario scenario, Story story, ControlClient control, int number, int all)
            throws IOException, InterruptedException {
        Story.reset(control, scenario.stable());
        out.printf(
                "%n[%d/%d] %s: version %s against %s. It %s. It should be %s.%n",
                number,
                all,
                scenario.name(),
                scenario.candidate(),
                scenario.stable(),
                scenario.fault(),
                scenario.ending().equals(Scenario.PROMOTED) ? "promoted" : "taken back");
        return story.tell(scenario);
    }

    /** Waits until the load is served without effort; what is judged on a machine that is drowning says little. */
    private static boolean settles(LoadDriver load) throws IOException, InterruptedException {
        int steadySeconds = 0;
        for (int second = 0; second < ALONE_SECONDS_MAX; second++) {
            TimeUnit.SECONDS.sleep(1);
            load.check();
            steadySeconds = load.isSteady(STEADY_P99_MILLIS_MAX) ? steadySeconds + 1 : 0;
            if (second >= ALONE_SECONDS_MIN && steadySeconds >= STEADY_SECONDS_MIN) {
                return true;
            }
        }
        return false;
    }
}
