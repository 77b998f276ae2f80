package io.bellwether.monitoring.evaluation;

import java.util.List;

/** Assessments of which only the conclusion matters, for tests of what weighs it. */
final class ConcludedAssessment {
    private ConcludedAssessment() {}

    static Assessment concluded(Conclusion conclusion) {
        return concluded(conclusion, 1);
    }

    static Assessment concluded(Conclusion conclusion, long lastSlot) {
        return new Assessment(
                conclusion,
                "as compared",
                List.of(),
                new Assessment.Levels(0, 4.6, 3),
                List.of(),
                List.of(),
                new Assessment.Counts(lastSlot, 1, 1, 1, 1, 1, 1, 1, 0),
                new Assessment.Observed(Unit.REQUEST, 1, 1),
                false,
                new Assessment.Split(0, 6.9, Assigned.NONE),
                "hash");
    }
}
