package io.bellwether.helm;

import static io.bellwether.helm.Rendered.at;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The dashboard and the rules name metrics that the applications really export. Each application lists what it exports in
 * {@code META-INF/bellwether-metrics.txt}, which a test of its own compares with a scrape.
 */
class MetricNamesTest {
    private static final Path DASHBOARD = Chart.FOLDER.resolve("files/dashboards/bellwether.json");
    private static final Path RULES = Chart.FOLDER.resolve("files/rules/bellwether.yaml");
    private static final List<String> APPLICATIONS = List.of("gateway/server", "serving/worker", "monitoring/server");
    private static final Pattern METRIC = Pattern.compile("bellwether[_:][a-zA-Z0-9_:]+");
    /** A histogram is listed by its family; queries name its series. */
    private static final Pattern SERIES = Pattern.compile("_(bucket|sum|count)$");

    private static Set<String> exported() throws IOException {
        Set<String> names = new HashSet<>();
        for (String application : APPLICATIONS) {
            Path list =
                    Chart.REPOSITORY.resolve(application).resolve("src/main/resources/META-INF/bellwether-metrics.txt");
            assertThat(list).as("the metrics of " + application).isRegularFile().isNotEmptyFile();
            names.addAll(Files.readAllLines(list));
        }
        return names;
    }

    private static List<Map<String, Object>> rules() {
        List<Map<String, Object>> all = new ArrayList<>();
        Rendered.<List<Map<String, Object>>>at(Chart.yaml(RULES), "groups")
                .forEach(group -> all.addAll(at(group, "rules")));
        return all;
    }

    private static Set<String> named(Stream<String> queries) {
        return queries.flatMap(query -> METRIC.matcher(query).results().map(match -> match.group()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<Map<String, Object>> panels() {
        List<Map<String, Object>> panels = at(Chart.yaml(DASHBOARD), "panels");
        return panels.stream().filter(panel -> !"row".equals(panel.get("type"))).toList();
    }

    private static Stream<String> queries() {
        Map<String, Object> dashboard = Chart.yaml(DASHBOARD);
        Stream<String> ofPanels = panels().stream()
                .flatMap(panel -> Rendered.<List<Map<String, Object>>>at(panel, "targets").stream())
                .map(target -> (String) target.get("expr"));
        return Stream.concat(
                ofPanels,
                Stream.of(at(dashboard, "templating/list/1/query/query"), at(dashboard, "annotations/list/0/expr")));
    }

    private static boolean isExported(Set<String> exported, String name) {
        return exported.contains(name) || exported.contains(SERIES.matcher(name).replaceAll(""));
    }

    @Test
    void everyMetricOfTheDashboardIsExported() throws IOException {
        Set<String> exported = exported();
        Set<String> named = named(queries());
        assertThat(named).hasSizeGreaterThan(30);
        assertThat(named.stream().filter(name -> !isExported(exported, name)))
                .as("metrics that nobody exports")
                .isEmpty();
    }

    @Test
    void everyMetricOfTheRulesIsExportedOrRecorded() throws IOException {
        Set<String> known = exported();
        rules().stream()
                .map(rule -> (String) rule.get("record"))
                .filter(record -> record != null)
                .forEach(known::add);
        Set<String> named = named(rules().stream().map(rule -> (String) rule.get("expr")));
        assertThat(named).hasSizeGreaterThan(10);
        assertThat(named.stream().filter(name -> !isExported(known, name)))
                .as("metrics that nobody exports")
                .isEmpty();
    }

    @Test
    void everyPanelSaysWhatItShowsAndInWhichUnit() {
        assertThat(panels()).hasSizeGreaterThan(20).allSatisfy(panel -> {
            assertThat(Rendered.<String>at(panel, "description")).isNotBlank();
            assertThat(Rendered.<String>at(panel, "fieldConfig/defaults/unit")).isNotBlank();
        });
        assertThat(panels().stream().map(panel -> panel.get("id"))).doesNotHaveDuplicates();
    }

    @Test
    void everyAlertHasItsPageAndEveryPageItsAlert() throws IOException {
        Path runbooks = Chart.REPOSITORY.resolve("deploy/runbooks");
        Set<String> alerts = new TreeSet<>();
        for (Map<String, Object> rule : rules()) {
            String alert = at(rule, "alert");
            if (alert == null) {
                continue;
            }
            alerts.add(alert);
            assertThat(Rendered.<String>at(rule, "labels/severity")).isIn("page", "ticket");
            assertThat(Rendered.<String>at(rule, "annotations/summary")).isNotBlank();
            assertThat(Rendered.<String>at(rule, "annotations/description")).isNotBlank();
            assertThat(Rendered.<String>at(rule, "annotations/runbook_url"))
                    .isEqualTo("deploy/runbooks/" + alert + ".md");
        }
        try (Stream<Path> pages = Files.list(runbooks)) {
            assertThat(pages.map(page -> page.getFileName().toString().replace(".md", ""))
                            .filter(page -> !page.equals("README")))
                    .containsExactlyInAnyOrderElementsOf(alerts);
        }
    }

    @Test
    void theRunbooksNameMetricsThatAreExported() throws IOException {
        Set<String> exported = exported();
        try (Stream<Path> pages = Files.list(Chart.REPOSITORY.resolve("deploy/runbooks"))) {
            for (Path page : pages.toList()) {
                Matcher matcher = METRIC.matcher(Files.readString(page));
                while (matcher.find()) {
                    assertThat(isExported(exported, matcher.group()))
                            .as(matcher.group() + " in " + page.getFileName())
                            .isTrue();
                }
            }
        }
    }
}
