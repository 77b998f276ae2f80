package io.bellwether.deploy.chaos;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What must hold of a recorded history, whatever happened. Says what is broken, in sentences; nothing when all holds. */
final class HistoryCheck {
    private HistoryCheck() {}

    /**
     * Errors that clients may see because of a fault.
     *
     * @param fromNanos when the fault began
     * @param toNanos when its last trace in answers may be
     * @param countMax of them together
     * @param gateways that they may come from
     */
    record Allowance(long fromNanos, long toNanos, int countMax, Set<Integer> gateways) {
        private boolean covers(Answer answer) {
            return answer.endNanos() >= fromNanos
                    && answer.sentNanos() <= toNanos
                    && (answer.gateway() < 0 || gateways.contains(answer.gateway()));
        }
    }

    /** Each request that was due, from a number on to below another one, has one outcome, and it is its own. */
    static List<String> outcomes(long from, long to, Collection<Answer> answers) {
        var broken = new ArrayList<String>();
        var seen = new HashSet<Long>();
        for (var answer : answers) {
            if (!seen.add(answer.number())) {
                broken.add("ONE_OUTCOME request " + answer.number() + " has more than one");
            }
            if (answer.outcome().equals(Answer.CROSSED)) {
                broken.add("NO_CROSSING " + answer);
            }
        }
        for (long number = from; number < to; number++) {
            if (!seen.contains(number)) {
                broken.add("ONE_OUTCOME request " + number + " has none");
            }
        }
        return broken;
    }

    /** Errors are those of the fault: not more, not at other gateways, not at other times. */
    static List<String> errors(Collection<Answer> answers, Allowance allowance) {
        var broken = new ArrayList<String>();
        var errors = answers.stream().filter(answer -> !answer.isOk()).toList();
        for (var error : errors) {
            if (!allowance.covers(error)) {
                broken.add("ALLOWED_ERRORS not of the fault, " + (error.sentNanos() - allowance.fromNanos()) / 1_000_000
                        + " ms after it began: " + error);
            }
        }
        if (errors.size() > allowance.countMax()) {
            broken.add(
                    "ALLOWED_ERRORS " + errors.size() + " of at most " + allowance.countMax() + ": " + count(errors));
        }
        return broken;
    }

    /** After a gateway has said that a rollout is over, no request that it gets then goes to the candidate. */
    static List<String> kills(Collection<Answer> answers, Collection<Sighting> sightings) {
        record Place(int gateway, String rollout) {}
        Map<Place, Long> overSinceNanos = new HashMap<>();
        for (var sighting : sightings) {
            if (sighting.ended()) {
                overSinceNanos.merge(
                        new Place(sighting.gateway(), sighting.rollout()), sighting.answeredNanos(), Math::min);
            }
        }
        return answers.stream()
                .filter(Answer::isOfCandidate)
                .filter(answer -> answer.sentNanos()
                        > overSinceNanos.getOrDefault(
                                new Place(answer.gateway(), answer.trace().rollout()), Long.MAX_VALUE))
                .map(answer -> "KILLED_STAYS_KILLED " + answer)
                .toList();
    }

    /**
     * A weight rises no more often than the log has commands that raise it.
     *
     * @param raises such commands by rollout: its creation, advances, promotions, resumptions
     */
    static List<String> weights(Collection<Sighting> sightings, Map<String, Integer> raises) {
        var broken = new ArrayList<String>();
        var groups = sightings.stream()
                .collect(Collectors.groupingBy(sighting -> sighting.gateway() + " " + sighting.rollout()));
        groups.forEach((place, some) -> {
            double before = 0;
            int rises = 0;
            for (var sighting : some.stream()
                    .sorted(Comparator.comparingLong(Sighting::askedNanos))
                    .toList()) {
                rises += sighting.weightPercent() > before ? 1 : 0;
                before = sighting.weightPercent();
            }
            int earned = raises.getOrDefault(some.get(0).rollout(), 0);
            if (rises > earned) {
                broken.add("EARNED_WEIGHT at gateway " + place + " it rose " + rises + " times by " + earned
                        + " commands");
            }
        });
        return broken;
    }

    /** All gateways route by the same command of the log. */
    static List<String> convergence(List<Long> routeVersions) {
        return Set.copyOf(routeVersions).size() <= 1
                ? List.of()
                : List.of("CONVERGENCE the gateways route by " + routeVersions);
    }

    /** How often each outcome is there. */
    static Map<String, Long> count(Collection<Answer> answers) {
        return answers.stream().collect(Collectors.groupingBy(Answer::outcome, Collectors.counting()));
    }
}
