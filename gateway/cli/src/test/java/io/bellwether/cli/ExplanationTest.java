package io.bellwether.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExplanationTest {
    private static final long BEGAN_MILLIS = 1_700_000_000_000L;

    @Test
    void aRunningRolloutSaysWhatIsMissing() {
        // Given
        ObjectNode rollout = rollout("RUNNING");
        rollout.set("verdict", Verdicts.growing(900, 0.5));

        // When
        List<String> lines = Explanation.of(rollout);

        // Then
        assertThat(lines)
                .startsWith(
                        "Running: version 2 of model 'digits' is tried against version 1 in step 1/2 with 25 % of the traffic.",
                        "Why: monitoring says HOLD: more evidence is needed.",
                        "So far: evidence of harm is 10 % of what takes it back; not yet excluded is harm beyond the margin of"
                                + " latency_p50 (50 % there); percentages are those of logarithms.");
        assertThat(String.join("\n", lines))
                .contains("Compared: 900 requests of control, 900 of the candidate")
                .contains("reaches 148 (now 1.65, at its greatest 1.65), and goes up when each SAFE reaches 20.1.")
                .containsPattern("latency_p50 +12.00 ms +13.00 ms +\\+8.3 % +0.0612 .* - +median")
                .containsPattern("CREATE +person:ada +try it");
    }

    @Test
    void theSumOfHarmIsThatOfTheTableAndItsGreatestIsNamedBesideIt() {
        // Given guardrails and a slice whose harm was greater before: 0.5 x 0.2 + 0.4 x 1 + 0.1 x 0.35 = 0.535
        ObjectNode rollout = rollout("RUNNING");
        ObjectNode verdict = Verdicts.growing(900, 0.5).put("logECombined", 0.0);
        ObjectNode latency = (ObjectNode) verdict.path("guardrails").path(0);
        latency.put("weight", 0.5).put("logEHarm", Math.log(0.2));
        verdict.withArray("guardrails")
                .add(latency.deepCopy().put("weight", 0.4).put("logEHarm", 0.0));
        slice(verdict, "tenant=acme", Math.log(0.35), 3);
        ((ObjectNode) verdict.path("slices").path(0)).put("weight", 0.1);
        rollout.set("verdict", verdict);

        // Then
        assertThat(String.join("\n", Explanation.of(rollout)))
                .contains("weighted sum of HARM reaches 148 (now 0.535, at its greatest 1.00), and");
    }

    @Test
    void outcomesHaveASumOfTheirOwn() {
        // Given two outcomes: with the level at 200 for their mean, 400 is what one of them takes back by itself
        ObjectNode rollout = rollout("RUNNING");
        ObjectNode verdict =
                Verdicts.growing(900, 0.5).put("logEOutcomes", Math.log(20)).put("logEOutcomesLevel", Math.log(200));
        verdict.putArray("pastSlots").add("1700000000").add("1700000010");
        ObjectNode clicks = ((ObjectNode) verdict.path("guardrails").path(0)).deepCopy();
        clicks.put("name", "outcome_clicks")
                .put("unit", "number")
                .put("weight", 0.05)
                .put("logEHarm", Math.log(39))
                .put("controlCount", "1212")
                .put("candidateCount", "1188");
        clicks.putArray("pastLogEHarm").add(0).add((int) Math.ceil(100 * Math.log(400)));
        clicks.putArray("pastLogESafe").add(0).add(0);
        verdict.withArray("guardrails")
                .add(clicks)
                .add(clicks.deepCopy().put("name", "outcome_revenue").put("logEHarm", 0.0));
        rollout.set("verdict", verdict);

        // When
        List<String> lines = Explanation.of(rollout);

        // Then the sum of the others is as before
        assertThat(String.join("\n", lines))
                .contains("reaches 148 (now 1.65, at its greatest 1.65), and goes up")
                .contains("taken back, too, when the mean of their HARM reaches 200 (at its greatest 20.0).")
                .containsPattern("outcome_clicks .* 39.0 .* 1212 1188 ");
        assertThat(lines).anySatisfy(line -> assertThat(line).matches("outcome_clicks +\u2581\u2588 .*"));
    }

    @Test
    void aFullMarkOfHarmIsWhatTakesItBackByItself() {
        // Given a guardrail with a tenth of the error budget: 100 is half of the way in logarithms, 1,000 is all of it
        ObjectNode rollout = rollout("RUNNING");
        ObjectNode verdict = Verdicts.growing(900, 1).put("logERollBack", Math.log(100));
        verdict.putArray("pastSlots").add("1700000000").add("1700000010");
        ObjectNode latency = (ObjectNode) verdict.path("guardrails").path(0);
        latency.put("weight", 0.1);
        latency.putArray("pastLogEHarm").add(461).add(691);
        latency.putArray("pastLogESafe").add(0).add(0);
        rollout.set("verdict", verdict);

        // Then
        assertThat(Explanation.of(rollout))
                .anySatisfy(line -> assertThat(line).matches("latency_p50 +\u2585\u2588 .*"));
    }

    @Test
    void aSplitByClientSaysOfHowManyClientsTheEvidenceIs() {
        // Given
        ObjectNode rollout = rollout("RUNNING");
        ObjectNode verdict = Verdicts.growing(90_000, 0.5);
        verdict.put("unit", "client").put("controlClients", "1200").put("candidateClients", "1187");
        verdict.put("clientsMin", "200").put("clientMemories", 1);
        rollout.set("verdict", verdict);

        // When
        List<String> oneGateway = Explanation.of(rollout);
        verdict.put("clientMemories", 2);
        List<String> two = RolloutText.whole(rollout);

        // Then
        assertThat(oneGateway)
                .contains("Judged by clients, each by its first request: 1,200 of control, 1,187 of the candidate, at"
                        + " least 200 of each.");
        assertThat(two).anySatisfy(line -> assertThat(line)
                .startsWith("judged by clients, each by its first request: 1,200 of control")
                .contains("2 gateways, or runs of one, have seen them"));
    }

    @Test
    void theObjectiveOfTheModelHasASentence() {
        // Given
        ObjectNode rollout = rollout("RUNNING");
        ObjectNode verdict = Verdicts.growing(900, 0.5);
        verdict.putObject("objective")
                .put("burning", true)
                .put("sentence", "the model burns its budget 20 times")
                .put("logEPart", 0.0)
                .put("logEPartLevel", Math.log(2_000));
        rollout.set("verdict", verdict);

        // Then
        assertThat(Explanation.of(rollout))
                .contains("Objective: the model burns its budget 20 times; nothing advances while it does. That the"
                        + " candidate is part of it: 1.00 of 2.00e+03.");
    }

    @Test
    void scoresAreShownBinByBinWithWhatMoved() {
        // Given
        ObjectNode rollout = rollout("RUNNING");
        ObjectNode verdict = Verdicts.growing(900, 0.5);
        ObjectNode scores = verdict.putObject("scores")
                .put("sentence", "the scores moved")
                .put("holding", true)
                .put("logE", Math.log(3e7))
                .put("logELevel", Math.log(90 * 86_400));
        scores.putArray("bins")
                .addObject()
                .put("range", "below 0.5")
                .put("control", "100")
                .put("candidate", "150");
        scores.withArray("bins")
                .addObject()
                .put("range", "0.5 or more")
                .put("control", "900")
                .put("candidate", "850");
        scores.withArray("bins").addObject().put("range", "NaN or infinite");
        rollout.set("verdict", verdict);

        // When
        List<String> lines = Explanation.of(rollout);
        scores.put("holding", false);

        // Then
        assertThat(lines)
                .contains(
                        "Scores: the scores moved; nothing goes up while this is so. The detector is at 1e7 of 1e6, which"
                                + " equal versions reach once in 90 days.")
                .anySatisfy(line -> assertThat(line).matches("below 0.5 +10.0 % +15.0 % +\\+5.0 pt +\\+{5}"))
                .anySatisfy(line -> assertThat(line).matches("0.5 or more +90.0 % +85.0 % +-5.0 pt +-{5}"))
                .noneSatisfy(line -> assertThat(line).startsWith("NaN"));
        assertThat(Explanation.of(rollout)).anySatisfy(line -> assertThat(line).contains("that holds nothing up"));
    }

    @Test
    void embeddingsAreShownByWhomTheyLookLike() {
        // Given
        ObjectNode rollout = rollout("RUNNING");
        ObjectNode verdict = Verdicts.growing(900, 0.5);
        ObjectNode embeddings = verdict.putObject("embeddings")
                .put("sentence", "the embeddings moved")
                .put("logE", Math.log(3e7))
                .put("logELevel", Math.log(90 * 86_400));
        embeddings
                .putArray("bins")
                .addObject()
                .put("range", "the candidate's")
                .put("control", "100")
                .put("candidate", "800");
        embeddings
                .withArray("bins")
                .addObject()
                .put("range", "control's")
                .put("control", "900")
                .put("candidate", "200");
        rollout.set("verdict", verdict);

        // Then
        assertThat(Explanation.of(rollout))
                .contains(
                        "Embeddings: the embeddings moved; that holds nothing up. The detector is at 1e7 of 1e6, which"
                                + " equal versions reach once in 90 days.")
                .anySatisfy(line -> assertThat(line).startsWith("LOOKS LIKE"))
                .anySatisfy(line -> assertThat(line).matches("the candidate's +10.0 % +80.0 % +\\+70.0 pt +\\+{20}"))
                .anySatisfy(line -> assertThat(line).matches("control's +90.0 % +20.0 % +-70.0 pt +-{20}"));
    }

    @Test
    void aShadowSpeaksOfPairsAndOfNoWeight() {
        // Given
        ObjectNode rollout = rollout("RUNNING");
        rollout.putObject("shadow")
                .put("sharePercent", 20)
                .put("twinPercent", 100)
                .putObject("comparison");
        ObjectNode verdict = Verdicts.growing(900, 0.5);
        verdict.put("unit", "pair").put("conclusion", "HOLD");
        rollout.set("verdict", verdict);

        // When
        List<String> explained = Explanation.of(rollout);
        List<String> whole = RolloutText.whole(rollout);

        // Then
        assertThat(explained)
                .startsWith(
                        "Running: version 2 of model 'digits' gets copies of requests beside version 1 and serves nobody.")
                .contains("Compared: 900 pairs of answers to the same requests; nobody was served by the candidate.");
        assertThat(String.join("\n", explained))
                .contains("10 % of what ends it")
                .contains(
                        "It is ended when the weighted sum of HARM reaches 148 (now 1.65, at its greatest 1.65), and called"
                                + " safe when each SAFE");
        assertThat(whole)
                .contains("compared: 900 pairs of answers to the same requests")
                .contains(
                        "evidence of harm: 10 % of what ends it; 100 % of SAFE in every line makes it safe, and changes"
                                + " no weight");
    }

    @Test
    void slicesHaveATableOfTheirOwnWithTheMostHarmFirst() {
        // Given
        ObjectNode rollout = rollout("ROLLED_BACK");
        ended(
                rollout,
                "ROLL_BACK",
                "monitoring",
                "errors in the slice tenant=acme: 9.8 % of its candidate requests fail");
        ObjectNode verdict = Verdicts.growing(900, 1);
        slice(verdict, "tenant=globex", 0.2, 1);
        slice(verdict, "tenant=acme", 12, 98);
        rollout.set("verdict", verdict);

        // When
        List<String> lines = Explanation.of(rollout);

        // Then the sentence names it, and no slice is missing for a promotion
        assertThat(lines.get(1)).startsWith("Why: errors in the slice tenant=acme: 9.8 %");
        assertThat(String.join("\n", lines)).doesNotContain("not yet excluded is harm beyond the margin of errors");
        int first = lines.indexOf(
                "Slices, those with the most harm first. Their HARM counts like that above; none of them has to be safe.");
        assertThat(lines.get(first + 2))
                .matches("tenant=acme +errors +0.100 % +9.800 % +\\+9.700 pt +0.010 +1.63e\\+05 +1/1000 98/1000"
                        + " +\\+7\\.100\\.\\.\\+12\\.300 pt +floor *");
        assertThat(lines.get(first + 3)).startsWith("tenant=globex");
    }

    private static void slice(ObjectNode verdict, String name, double logEHarm, int events) {
        verdict.withArray("slices")
                .addObject()
                .put("slice", name)
                .put("name", "errors")
                .put("weight", 0.01)
                .put("logEHarm", logEHarm)
                .put("unit", "ratio")
                .put("controlValue", 0.001)
                .put("candidateValue", events / 1000.0)
                .put("controlCount", 1000)
                .put("controlEvents", 1)
                .put("candidateCount", 1000)
                .put("candidateEvents", events)
                .put("effectLowest", 0.071)
                .put("effectHighest", 0.123)
                .put("detail", "floor");
    }

    @Test
    void theEvidenceIsShownOverTimeAndSinceWhen() {
        // Given a guardrail whose harm was least at the second of four moments, and one that is safe
        ObjectNode rollout = rollout("RUNNING");
        ObjectNode verdict = Verdicts.growing(900, 1);
        for (int i = 0; i < 4; i++) {
            verdict.withArray("pastSlots").add(Long.toString(BEGAN_MILLIS / 1_000 + 10L * i));
        }
        ObjectNode latency = (ObjectNode) verdict.path("guardrails").path(0);
        latency.putArray("pastLogEHarm").add(0).add(-20).add(249).add(500);
        latency.putArray("pastLogESafe").add(0).add(0).add(0).add(-30);
        latency.put("harmedSinceSlot", Long.toString(BEGAN_MILLIS / 1_000 + 30)).put("safeSinceSlot", "0");
        ObjectNode errors = latency.deepCopy();
        errors.put("name", "errors").put("harmedSinceSlot", "0");
        errors.put("safeSinceSlot", Long.toString(BEGAN_MILLIS / 1_000 + 20));
        errors.putArray("pastLogEHarm").add(0).add(0).add(0).add(0);
        errors.putArray("pastLogESafe").add(0).add(150).add(300).add(900);
        verdict.withArray("guardrails").add(errors);
        rollout.set("verdict", verdict);

        // Then
        assertThat(Explanation.of(rollout))
                .anySatisfy(line -> assertThat(line)
                        .startsWith("Over time, 2023-11-14 22:13:20 to 2023-11-14 22:13:50 UTC, 4 moments; a full"))
                .anySatisfy(line -> assertThat(line)
                        .matches("latency_p50 +\u2581\u2581\u2584\u2588 +\u2581{4} +harm shown at 2023-11-14 22:13:50,"
                                + " growing since 2023-11-14 22:13:30"))
                .anySatisfy(line -> assertThat(line)
                        .matches("errors +\u2581{4} +\u2581\u2584\u2588\u2588 +safe since 2023-11-14 22:13:40"));
    }

    @Test
    void aGuardrailWithoutDataThatIsNotExpectedIsNotMissing() {
        // Given
        ObjectNode rollout = rollout("RUNNING");
        ObjectNode verdict = Verdicts.growing(900, 1);
        verdict.withArray("guardrails")
                .addObject()
                .put("name", "cost")
                .put("detail", "absent: none expected, none seen");
        rollout.set("verdict", verdict);

        // Then
        assertThat(Explanation.of(rollout).get(2)).contains("every guardrail has excluded harm beyond its margin;");
    }

    @Test
    void aRollbackSaysWhoWhyAndHowOftenThatIsWrong() {
        // Given
        ObjectNode rollout = rollout("ROLLED_BACK");
        ended(rollout, "ROLL_BACK", "monitoring", "errors: 30.0 % of candidate requests fail");
        rollout.withObjectProperty("guardrails").put("alpha", 0.01);

        // Then
        assertThat(Explanation.of(rollout))
                .startsWith(
                        "Rolled back: monitoring took back version 2 of model 'digits' in step 1/2 with 25 % of the traffic at"
                                + " 2023-11-14 22:13:24 UTC, 4.5 s after it began.",
                        "Why: errors: 30.0 % of candidate requests fail.",
                        "Error rate: a candidate that harms no guardrail beyond its margin is taken back in at most 1 % of"
                                + " rollouts, however long one watches.");
    }

    @Test
    void aRollbackByPolicyIsGivenNoErrorRate() {
        // Given
        ObjectNode rollout = rollout("ROLLED_BACK");
        ended(rollout, "ROLL_BACK", "monitoring", "inconclusive at its horizon of 1 min; its policy takes it back");
        rollout.withObjectProperty("guardrails").put("alpha", 0.01).put("onInconclusive", "ROLL_BACK");

        // When
        String forgotten = Explanation.of(rollout).get(2);
        ObjectNode verdict = Verdicts.growing(900, 0.5);
        rollout.set("verdict", verdict.put("conclusion", "ROLL_BACK"));
        String inconclusive = Explanation.of(rollout).get(2);
        verdict.put("logECombined", 5.0);
        String harmful = Explanation.of(rollout).get(2);

        // Then
        assertThat(forgotten).startsWith("Error rate: none can be told; the verdict is gone");
        assertThat(inconclusive)
                .startsWith("Error rate: none; harm was not shown, so alpha says nothing about it.")
                .doesNotContain("1 %");
        assertThat(harmful).contains("is taken back in at most 1 % of rollouts");
    }

    @Test
    void harmOnWhichNobodyActsComesBeforeAllElse() {
        // Given
        ObjectNode rollout = rollout("RUNNING").put("automatic", false).put("weightPercent", 30.0);
        rollout.set(
                "verdict",
                Verdicts.growing(900, 0).put("conclusion", "ROLL_BACK").put("logECombined", 34.5));
        String alarm =
                "Alarm: harm is shown, and nobody acts: the rollout is manual, so the candidate keeps 30 % of the"
                        + " traffic until a person says bellwether rollout rollback d-1.";

        // Then
        assertThat(Explanation.of(rollout).get(0)).isEqualTo(alarm);
        assertThat(RolloutText.whole(rollout)).contains(alarm);
        assertThat(RolloutText.list(rollout.arrayNode().add(rollout)).get(1)).endsWith(alarm);
        assertThat(Explanation.of(rollout.deepCopy().put("automatic", true)).get(0))
                .startsWith("Running: ");
        assertThat(Explanation.of(rollout.deepCopy().put("state", "ABORTED")).get(0))
                .startsWith("Aborted: ");
    }

    @Test
    void anOldVerdictIsNotTakenForTheTruthOfNow() {
        // Given
        ObjectNode rollout = rollout("RUNNING").put("verdictAgeSeconds", 14);
        rollout.set("verdict", Verdicts.growing(900, 0.5));

        // When
        List<String> old = Explanation.of(rollout);
        List<String> shown = RolloutText.whole(rollout);
        List<String> fresh = Explanation.of(rollout.deepCopy().put("verdictAgeSeconds", 5));

        // Then
        assertThat(old.get(0))
                .startsWith("Alarm: the latest verdict is 14 s old")
                .contains("see whether monitoring and Kafka run: deploy/bellwether status");
        assertThat(old).contains("Why: monitoring said 14 s ago HOLD: more evidence is needed.");
        assertThat(shown).contains(old.get(0));
        assertThat(fresh.get(0)).startsWith("Running: ");
        assertThat(fresh).contains("Why: monitoring says HOLD: more evidence is needed.");
    }

    @Test
    void whatAPersonDidIsNotGivenAnErrorRate() {
        // Given
        ObjectNode rollout = rollout("PROMOTED");
        ended(rollout, "PROMOTE", "person:ada", "");
        rollout.set("verdict", Verdicts.growing(10, 0.1));

        // Then
        assertThat(Explanation.of(rollout).subList(0, 3))
                .satisfiesExactly(
                        first -> assertThat(first).startsWith("Promoted: person:ada made version 2 of model 'digits'"),
                        second -> assertThat(second).isEqualTo("Why: no reason was given."),
                        third -> assertThat(third)
                                .startsWith("When it ended: evidence of harm is 10 %")
                                .contains("latency_p50 (10 % there)"));
    }

    @Test
    void aKillOfTheGuardThatTheLogDoesNotShowYetIsTheReason() {
        // Given
        ObjectNode rollout = rollout("RUNNING");
        rollout.putObject("guard")
                .put("at", BEGAN_MILLIS + 300)
                .put("reason", "11 of 11 requests of the candidate failed");
        rollout.set("verdict", Verdicts.growing(10, 0.1));

        // Then
        assertThat(Explanation.of(rollout).get(1))
                .isEqualTo(
                        "Why: this gateway's guard took the candidate back at 2023-11-14 22:13:20 UTC: 11 of 11 requests of"
                                + " the candidate failed.");
    }

    @Test
    void silenceOfMonitoringIsSaid() {
        assertThat(Explanation.of(rollout("HELD")))
                .startsWith(
                        "Held: version 2 of model 'digits' is tried against version 1 in step 1/2 with 25 % of the traffic and"
                                + " stays there.",
                        "Why: monitoring has said nothing about it; see whether it runs and reads the control log.",
                        "Evidence: none yet.");
    }

    private static ObjectNode rollout(String state) {
        ObjectNode rollout = FakeControlApi.newRollout("d-1").put("state", state);
        rollout.putArray("steps").addObject().put("weightPercent", 25);
        rollout.withArray("steps").addObject().put("weightPercent", 50);
        rollout.withArray("history").removeAll();
        rollout.withArray("history")
                .addObject()
                .put("at", BEGAN_MILLIS)
                .put("action", "CREATE")
                .put("actor", "person:ada")
                .put("reason", "try it");
        return rollout;
    }

    private static void ended(ObjectNode rollout, String action, String actor, String reason) {
        rollout.withArray("history")
                .addObject()
                .put("at", BEGAN_MILLIS + 4_500)
                .put("action", action)
                .put("actor", actor)
                .put("reason", reason);
    }
}
