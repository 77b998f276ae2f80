package io.bellwether.monitoring.evaluation;

import java.util.ArrayList;
import java.util.List;

/** Puts the evidence about a shadow into records and sentences for people. */
final class ShadowReport {
    private final ShadowPlan plan;

    ShadowReport(ShadowPlan plan) {
        this.plan = plan;
    }

    /** Whether a question takes part: it was asked, or answers to it are required. */
    boolean present(ShadowQuestion question, PairedLedger ledger) {
        return question == ShadowQuestion.DISAGREEMENT
                || plan.margins().labelsRequired()
                || ledger.seen().answered() > 0;
    }

    GuardrailEvidence evidence(ShadowQuestion question, PairedLedger ledger) {
        AnswerPairs seen = ledger.seen();
        long pairs = seen.answered();
        return new GuardrailEvidence(
                question.label(),
                question.weight(),
                ledger.logEHarm(),
                ledger.logESafe(),
                new GuardrailEvidence.ArmShare(pairs, seen.controlWrong(), share(seen.controlWrong(), pairs)),
                new GuardrailEvidence.ArmShare(pairs, seen.candidateWrong(), share(seen.candidateWrong(), pairs)),
                "ratio",
                harmMargin(question),
                detail(question, ledger),
                0,
                present(question, ledger));
    }

    String harm(List<ShadowQuestion> harmed, PairedLedger disagreement, PairedLedger accuracy) {
        List<String> sentences = new ArrayList<>();
        for (ShadowQuestion question : harmed) {
            sentences.add(sentence(question, question == ShadowQuestion.ACCURACY ? accuracy : disagreement));
        }
        if (sentences.isEmpty()) {
            sentences.add("the guardrails together show harm, " + sentence(ShadowQuestion.DISAGREEMENT, disagreement)
                    + "; " + sentence(ShadowQuestion.ACCURACY, accuracy));
        }
        return String.join("; ", sentences);
    }

    private String sentence(ShadowQuestion question, PairedLedger ledger) {
        AnswerPairs seen = ledger.seen();
        String candidate = EvidenceReport.percent(share(seen.candidateWrong(), seen.answered()));
        String control = EvidenceReport.percent(share(seen.controlWrong(), seen.answered()));
        String margin = "; the margin is " + EvidenceReport.percent(harmMargin(question)) + " of the pairs";
        return switch (question) {
            case ACCURACY ->
                "accuracy: of " + seen.answered() + " labelled pairs the candidate gets " + candidate
                        + " wrong and the stable version " + control + ", "
                        + seen.onlyCandidateWrong() + " only the candidate and " + seen.onlyControlWrong()
                        + " only the stable version" + margin;
            case DISAGREEMENT ->
                "disagreement: " + candidate + " of the candidate's answers differ from what clients were given, "
                        + (plan.noise()
                                ? "against " + control + " of the stable version's when it is asked again"
                                : "and nobody knows how often the stable version's would: it is not asked again")
                        + margin;
        };
    }

    private String detail(ShadowQuestion question, PairedLedger ledger) {
        if (!present(question, ledger)) {
            return "absent: no labels required, none came";
        }
        if (ledger.seen().answered() == 0) {
            return question == ShadowQuestion.ACCURACY ? "no labels yet" : "no pairs yet";
        }
        return switch (question) {
            case ACCURACY ->
                "wrong about the label; safe below "
                        + EvidenceReport.percent(plan.margins().accuracySafe()) + " more";
            case DISAGREEMENT ->
                plan.noise()
                        ? "differs from the first answer; control is the stable version, asked again"
                        : "differs from the first answer; the stable version is taken to agree with itself";
        };
    }

    private double harmMargin(ShadowQuestion question) {
        return question == ShadowQuestion.ACCURACY
                ? plan.margins().accuracyHarm()
                : plan.margins().disagreement();
    }

    private static double share(long part, long all) {
        return all == 0 ? 0 : (double) part / all;
    }
}
