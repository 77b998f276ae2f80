package io.bellwether.deploy.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RefusalsTest {
    private static final String TIME = "2026-01-01T00:00:00.000+0000 ";
    private static final String NOTHING = TIME
            + "WARN  [i.b.w.Worker] worker=w repository=/m reason=NOTHING_SERVES every model is refused; not ready before"
            + " one serves";

    private final Refusals refusals = new Refusals();

    @Test
    void whatIsRefusedIsToldOnceTheWorkerHasLookedAtEverything() {
        // Given
        var early = refusals.remark(List.of(
                TIME + "INFO  [i.b.w.Worker] starting",
                refused("a b", "1", "model.yaml has a problem: line 1: inputs is \"x\""),
                refused("c", "", "model.yaml is missing")));

        // When
        var remark = refusals.remark(List.of(NOTHING));

        // Then
        assertThat(early).isEmpty();
        assertThat(remark.orElseThrow().lines())
                .contains(
                        "The worker refuses every model of its repository, and nothing is ready before one is served:",
                        "    a b version 1: model.yaml has a problem: line 1: inputs is \"x\"",
                        "    c: model.yaml is missing")
                .noneMatch(line -> line.contains("more; see"));
    }

    @Test
    void ofManyTheFirstAreShownAndTheOthersCounted() {
        // Given
        var lines = Stream.concat(
                        IntStream.range(0, 9).mapToObj(i -> refused("m" + i, "1", "broken")), Stream.of(NOTHING))
                .toList();

        // When
        var remark = refusals.remark(lines).orElseThrow();

        // Then
        assertThat(remark).contains("m4 version 1", "and 4 more").doesNotContain("m5");
    }

    @Test
    void whereAModelServesOrNoneIsThereNothingIsSaid() {
        assertThat(refusals.remark(List.of(NOTHING))).isEmpty();
        assertThat(refusals.remark(List.of(
                        refused("a", "1", "broken"), TIME + "INFO  [i.b.w.Worker] worker=w ready=true versions=[b/1]")))
                .isEmpty();
    }

    private static String refused(String model, String version, String reason) {
        return TIME + "WARN  [i.b.w.Worker] model=" + model + " version=" + version + " reason=\"" + reason
                + "\" refused";
    }
}
