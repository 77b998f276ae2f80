package io.bellwether.worker.trial;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.batching.InstanceChoice;
import io.bellwether.batching.InstanceProfile;
import io.bellwether.batching.InstanceProfile.Measured;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProfileTextTest {
    private static final InstanceProfile PROFILE = new InstanceProfile(
            16,
            List.of(
                    new Measured(InstanceChoice.ONE, 5321.25, 187_500, 0.99),
                    new Measured(new InstanceChoice(16, 2), 1_234_567.5, 98_000_000_000L, 1)));

    @Test
    void whatIsWrittenReadsTheSame() {
        assertThat(ProfileText.read(ProfileText.write(PROFILE))).contains(PROFILE);
    }

    @Test
    void peopleSeeRatesTimesAndShares() {
        assertThat(ProfileText.shown(PROFILE))
                .isEqualTo("1x1 5321.3/s 0.188ms 0.99, 16x2 1234567.5/s 98000.000ms 1.00");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "16",
                "16 ",
                "x 1x1:1.0:1:1.0",
                "16 1x1:NaN:1:1.0",
                "16 1x1:-1.0:1:1.0",
                "16 1x1:1.0:1",
                "16 0x1:1.0:1:1.0",
                "16 999x1:1.0:1:1.0",
                "16 1x1:1.0:99999999999999999999:1.0",
                "16  1x1:1.0:1:1.0"
            })
    void whatIsNoProfileIsNone(String text) {
        assertThat(ProfileText.read(text)).isEmpty();
    }

    @Test
    void aTextWithoutEndIsNone() {
        assertThat(ProfileText.read("16" + " 1x1:1.0:1:1.0".repeat(400))).isEmpty();
    }
}
