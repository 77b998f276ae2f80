package io.bellwether.worker.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PriceSheetTest {
    @Test
    void pricesAreExactPicoUsd() {
        // When
        PriceSheet sheet = PriceSheet.parse("currency: USD\ncpu_core_hour_usd: 0.04\ngpu_hour_usd: 2.50\n", "test");

        // Then
        assertThat(sheet).isEqualTo(new PriceSheet(40_000_000_000L, 2_500_000_000_000L));
    }

    @Test
    void wholeNumbersAndTheSmallestPriceAreExactToo() {
        assertThat(PriceSheet.parse("{currency: USD, cpu_core_hour_usd: 3, gpu_hour_usd: 0.000000000001}", "test"))
                .isEqualTo(new PriceSheet(3_000_000_000_000L, 1));
    }

    @Test
    void everyProblemIsNamedAtOnce() {
        assertThatThrownBy(() ->
                        PriceSheet.parse("currency: EUR\ncpu_core_hour_usd: -1\ntpu_hour_usd: 3\n", "prices.yaml"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("prices.yaml")
                .hasMessageContaining("currency is 'EUR'")
                .hasMessageContaining("cpu_core_hour_usd is '-1'")
                .hasMessageContaining("gpu_hour_usd is 'null'")
                .hasMessageContaining("'tpu_hour_usd' is not a known key");
    }

    @Test
    void textThatIsNoSheetIsRefused() {
        for (String text :
                new String[] {"", "[", "- 1", "currency: USD\ncpu_core_hour_usd: .nan\ngpu_hour_usd: .inf\n"}) {
            assertThatThrownBy(() -> PriceSheet.parse(text, "test")).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
