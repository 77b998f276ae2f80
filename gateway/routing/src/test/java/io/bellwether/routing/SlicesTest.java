package io.bellwether.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.controlapi.log.Guardrails;
import io.bellwether.controlapi.log.Slice;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SlicesTest {
    private static final Guardrails DECLARED = Guardrails.newBuilder()
            .addSlices(slice("tenant", "acme", "globex"))
            .addSlices(slice("x-bw-segment", "free", "acme"))
            .build();

    private static Slice slice(String by, String... values) {
        return Slice.newBuilder().setBy(by).addAllValues(Arrays.asList(values)).build();
    }

    private static int of(Slices slices, Map<String, String> request) {
        return slices.of(by -> request.getOrDefault(by, ""));
    }

    private static List<String> problems(Slice... slices) {
        return GuardrailDefaults.problems(Guardrails.newBuilder()
                        .addAllSlices(Arrays.asList(slices))
                        .build())
                .stream()
                .map(Problem::what)
                .toList();
    }

    @Test
    void aRequestIsInTheSlicesOfItsDeclaredValuesAndInNoOther() {
        Slices slices = Slices.of(DECLARED);

        assertThat(slices.names())
                .containsExactly("tenant=acme", "tenant=globex", "x-bw-segment=free", "x-bw-segment=acme");
        assertThat(of(slices, Map.of("tenant", "globex", "x-bw-segment", "free")))
                .isEqualTo(0b0110);
        assertThat(of(slices, Map.of("tenant", "acme"))).isEqualTo(0b0001);
        assertThat(of(slices, Map.of("tenant", "initech", "x-bw-segment", "FREE")))
                .isZero();
        assertThat(of(slices, Map.of())).isZero();
    }

    @Test
    void withoutADeclarationThereAreNone() {
        assertThat(Slices.of(Guardrails.getDefaultInstance())).isEqualTo(Slices.NONE);
        assertThat(Slices.NONE.isEmpty()).isTrue();
        assertThat(of(Slices.NONE, Map.of("tenant", "acme"))).isZero();
    }

    @Test
    void theSameDeclarationIsEqual() {
        assertThat(Slices.of(DECLARED)).isEqualTo(Slices.of(DECLARED)).hasSameHashCodeAs(Slices.of(DECLARED));
        assertThat(Slices.of(DECLARED)).isNotEqualTo(Slices.NONE);
    }

    @Test
    void whatIsDeclaredIsBoundedAndNamed() {
        String[] sixteen = Collections.nCopies(16, "").toArray(String[]::new);
        Arrays.setAll(sixteen, i -> "v" + i);

        assertThat(problems(slice("tenant", sixteen))).isEmpty();
        assertThat(problems(slice("tenant", sixteen), slice("x", "one")))
                .containsExactly("the slices are told apart by 2 properties with 17 values, expected at most 4 and 16");
        assertThat(problems(slice("a", "1"), slice("b", "1"), slice("c", "1"), slice("d", "1"), slice("e", "1")))
                .hasSize(1);
        assertThat(problems(slice("a b", "1"), slice("x", "y z", "1", "1"), slice("X", "2"), slice("empty")))
                .containsExactly(
                        "'a b' is nothing to tell slices apart by",
                        "'y z' is not a value of a slice",
                        "the value '1' comes twice",
                        "slices are told apart by 'X' twice",
                        "guardrails.slices[3] declares no value");
    }
}
