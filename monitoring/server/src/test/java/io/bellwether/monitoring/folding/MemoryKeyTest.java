package io.bellwether.monitoring.folding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MemoryKeyTest {
    @Test
    void everyKeyIsReadBackAndNoTwoAreAlike() {
        Set<String> texts = new HashSet<>();
        for (MemoryKey.Kind kind : MemoryKey.Kind.values()) {
            for (String name : new String[] {"", "a", "a\u0001b"}) {
                MemoryKey key = new MemoryKey(kind, "digits", name);
                assertThat(MemoryKey.parse(key.text())).contains(key);
                assertThat(texts.add(key.text())).isTrue();
            }
        }
    }

    @Test
    void anyOtherTextIsNone() {
        for (String text : new String[] {"", "m", "mx", "m\u0000digits", "?\u0000digits\u0000"}) {
            assertThat(MemoryKey.parse(text)).isEmpty();
        }
    }
}
