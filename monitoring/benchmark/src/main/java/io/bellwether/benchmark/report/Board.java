package io.bellwether.benchmark.report;

import io.bellwether.benchmark.judge.Contestant;
import io.bellwether.benchmark.run.RolloutResult;
import io.bellwether.benchmark.run.Tally;
import io.bellwether.benchmark.trace.Scenario;
import io.bellwether.benchmark.trace.Scenarios;
import java.util.List;

/** All results, by scenario and judge, in the order of the table; scenarios that were not run are left out. */
public final class Board {
    private final List<RolloutResult> results;

    public Board(List<RolloutResult> results) {
        this.results = List.copyOf(results);
    }

    List<Scenario> scenarios(Scenario.Truth truth) {
        return Scenarios.all().stream()
                .filter(scenario -> scenario.truth() == truth)
                .filter(scenario ->
                        results.stream().anyMatch(result -> result.scenario().equals(scenario.name())))
                .toList();
    }

    List<Tally> tallies(Scenario scenario) {
        return Contestant.all().stream()
                .map(contestant -> Tally.of(results, scenario.name(), contestant.name()))
                .filter(tally -> tally.runs() > 0)
                .toList();
    }
}
