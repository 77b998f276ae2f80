package io.bellwether.benchmark.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.bellwether.benchmark.judge.Contestant;
import io.bellwether.benchmark.judge.Verdict;
import io.bellwether.benchmark.run.RolloutResult;
import io.bellwether.benchmark.run.Tally;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;

class ReportTest {
    private static List<RolloutResult> tenRollouts(String scenario, int rolledBack) {
        List<RolloutResult> results = new ArrayList<>();
        for (int seed = 0; seed < 10; seed++) {
            Verdict verdict = seed < rolledBack ? Verdict.ROLL_BACK : Verdict.PROMOTE;
            for (Contestant contestant : Contestant.all()) {
                results.add(new RolloutResult(
                        scenario, seed, contestant.name(), verdict, 60L * (seed + 1), 600, 12, 2_000_000, -1));
            }
        }
        return results;
    }

    private static Board board() {
        List<RolloutResult> all = new ArrayList<>(tenRollouts("aa-600", 5));
        all.addAll(tenRollouts("cost-600", 10));
        return new Board(all);
    }

    @Test
    void intervalsAreExact() {
        // Given values of SciPy's beta distribution
        assertThat(ExactInterval.of(0, 10).lower()).isZero();
        assertThat(ExactInterval.of(0, 10).upper()).isCloseTo(0.3084971078187607, offset(1e-9));
        assertThat(ExactInterval.of(1, 10).lower()).isCloseTo(0.0025285785444617848, offset(1e-9));
        assertThat(ExactInterval.of(1, 10).upper()).isCloseTo(0.4450161170281954, offset(1e-9));
        assertThat(ExactInterval.of(5, 10).lower()).isCloseTo(0.18708602844739855, offset(1e-9));
        assertThat(ExactInterval.of(10, 10).upper()).isEqualTo(1);
        assertThat(ExactInterval.of(0, 0)).isEqualTo(new ExactInterval(0, 1));
        assertThatThrownBy(() -> ExactInterval.of(2, 1)).hasMessageContaining("got 2 of 1");
    }

    @Test
    void tablesHoldEveryScenarioAndJudge() {
        String table = MarkdownReport.of(board());
        assertThat(table.lines().filter(line -> line.startsWith("| equal, 600, 10 |")))
                .hasSize(Contestant.all().size());
        assertThat(table)
                .contains("| equal, 600, 10 | Flagger | 50.0 % [18.7 .. 81.3] | 3.0 | 50.0 % [18.7 .. 81.3] | 0 |")
                .contains(
                        "| cost +15 %, 600, 10 | Argo | 100.0 % [69.2 .. 100.0] | 5.5, 9.0 | 0.0 % [0.0 .. 30.8] | 0 |"
                                + " 600 | 12.0 | 2.0000 |");
    }

    @Test
    void theMatrixHasAColumnForEachJudge() {
        assertThat(MarkdownReport.matrix(board()).lines())
                .contains("| equal, 600, 10"
                        + " | 50 [19 .. 81] @ 3.0".repeat(Contestant.all().size()) + " |")
                .contains("| cost +15 %, 600, 10"
                        + " | 100 [69 .. 100] @ 5.5".repeat(Contestant.all().size()) + " |")
                .contains("|---" + "|---".repeat(Contestant.all().size()) + "|");
    }

    @Test
    void jsonHasOneObjectForEachScenarioAndJudge() throws IOException {
        int objects = 0;
        try (JsonParser json = new JsonFactory().createParser(JsonReport.of(board()))) {
            while (json.nextToken() != null) {
                objects += "scenario".equals(json.currentName())
                                && json.currentToken().isScalarValue()
                        ? 1
                        : 0;
            }
        }
        assertThat(objects).isEqualTo(2 * Contestant.all().size());
    }

    @Test
    void plotsAreWellFormedAndShowEveryJudge() throws Exception {
        for (String plot : List.of(SvgPlots.falseRollbacks(board()), SvgPlots.detection(board()))) {
            DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(new ByteArrayInputStream(plot.getBytes(StandardCharsets.UTF_8)));
            assertThat(Contestant.all())
                    .allSatisfy(contestant -> assertThat(plot).contains(">" + contestant.name() + "<"));
        }
    }

    @Test
    void mediansAreTheMiddleAndNothingWithoutValues() {
        assertThat(Tally.medianOf(new double[] {1, 2, 9})).isEqualTo(2);
        assertThat(Tally.medianOf(new double[] {1, 2, 4, 9})).isEqualTo(3);
        assertThat(Tally.medianOf(new double[0])).isNaN();
    }
}
