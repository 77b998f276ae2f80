package io.bellwether.deploy.demo;

import io.bellwether.deploy.demo.RolloutView.GuardrailView;
import io.bellwether.deploy.demo.RolloutView.VerdictView;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Tells one rollout after another, by way of the control API only. */
final class Story {
    private static final Duration ROLLOUT_MAX = Duration.ofMinutes(5);
    private static final long POLL_MILLIS = 500;
    private static final long PRINT_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final ControlClient control;
    private final Stage stage;
    private final LoadDriver load;
    private final Curtain curtain;
    private final PrintStream out;

    Story(ControlClient control, Stage stage, LoadDriver load, Curtain curtain, PrintStream out) {
        this.control = control;
        this.stage = stage;
        this.load = load;
        this.curtain = curtain;
        this.out = out;
    }

    /** Runs one rollout to its end, or takes it back when it does not end in time. */
    Ending tell(Scenario scenario) throws IOException, InterruptedException {
        long startNanos = System.nanoTime();
        var id =
                control.post("/rollouts", DemoPlan.rollout(scenario)).path("id").asText();
        var rollout = RolloutView.parse(control.get("/rollouts/" + id));
        var verdict = rollout.verdict();
        long printedNanos = startNanos;
        int printedStep = -1;
        while (rollout.isLive()) {
            load.check();
            long sinceNanos = System.nanoTime() - startNanos;
            if (sinceNanos > ROLLOUT_MAX.toNanos()) {
                stage.abort(id, "the demo does not wait longer");
            }
            if (rollout.step() != printedStep) {
                printedStep = rollout.step();
                out.printf(
                        "%5.1f s  step %d: %s gets %.0f %%%n",
                        sinceNanos / 1e9, printedStep + 1, scenario.name(), rollout.weightPercent());
            }
            if (System.nanoTime() - printedNanos > PRINT_NANOS && verdict.isPresent()) {
                printedNanos = System.nanoTime();
                out.printf("%5.1f s    %s%n", sinceNanos / 1e9, evidence(verdict.get()));
                out.println("           " + load.lastSecond());
            }
            curtain.pause(POLL_MILLIS);
            rollout = RolloutView.parse(control.get("/rollouts/" + id));
            verdict = rollout.verdict();
        }
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        var decisive = decisive(id);
        var differences = scenario.differences(rollout.state(), Ending.causes(rollout, decisive));
        var ending = new Ending(scenario, rollout, seconds, decisive, differences);
        report(ending);
        return ending;
    }

    /** The evidence in one line: how far the harm is from a roll back, and each guardrail from safe. */
    static String evidence(VerdictView verdict) {
        var text = new StringBuilder();
        text.append(String.format(
                "%d against %d requests; harm %s; safe:",
                verdict.candidateRequests(),
                verdict.controlRequests(),
                share(verdict.logEvidence(), verdict.logRollBack())));
        for (var guardrail : verdict.guardrails()) {
            text.append(' ').append(guardrail.name()).append(' ');
            text.append(share(guardrail.logSafe(), verdict.logPromote()));
        }
        return text.toString();
    }

    private void report(Ending ending) {
        var verdict = ending.verdict();
        out.printf(
                "%5.1f s  %s%s: %s%n",
                ending.seconds(),
                ending.rollout().state(),
                ending.causes().isEmpty() ? "" : " because of " + String.join(", ", ending.causes()),
                ending.rollout().reason());
        for (var guardrail : verdict.map(VerdictView::guardrails).orElse(List.of())) {
            if (ending.causes().contains(guardrail.name())) {
                out.println("         " + values(guardrail));
            }
        }
        verdict.ifPresent(last -> out.printf(
                "         %d requests saw it and cost %s USD%n",
                last.exposedRequests(), Ending.dollars(last.exposedCostPicoUsd())));
        for (var difference : ending.differences()) {
            out.println("         NOT as expected: " + difference);
        }
    }

    private static String values(GuardrailView guardrail) {
        double scale =
                guardrail.unit().equals("seconds") ? 1e3 : guardrail.unit().equals("usd") ? 1e9 : 100;
        var unit = guardrail.unit().equals("seconds") ? "ms" : guardrail.unit().equals("usd") ? "nano-USD" : "%";
        return String.format(
                "%s%s: candidate %.3g %s, control %.3g %s",
                guardrail.name(),
                guardrail.detail().isEmpty() ? "" : " (" + guardrail.detail() + ")",
                guardrail.candidateValue() * scale,
                unit,
                guardrail.controlValue() * scale,
                unit);
    }

    /** The verdict that ended the rollout; it may reach the gateway a moment after the decision. */
    private Optional<VerdictView> decisive(String id) throws IOException, InterruptedException {
        var rollout = RolloutView.parse(control.get("/rollouts/" + id));
        for (int attempt = 0; attempt < 10; attempt++) {
            if (rollout.verdict()
                            .filter(last -> last.conclusion().matches("PROMOTE|ROLL_BACK"))
                            .isPresent()
                    && rollout.applyMillis().isPresent()) {
                break;
            }
            curtain.pause(POLL_MILLIS);
            rollout = RolloutView.parse(control.get("/rollouts/" + id));
        }
        return rollout.verdict();
    }

    private static String share(double logEvidence, double logLevel) {
        return String.format("%.0f %%", Math.floor(Math.min(100, Math.max(0, 100 * logEvidence / logLevel))));
    }
}
