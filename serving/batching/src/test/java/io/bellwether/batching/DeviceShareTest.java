package io.bellwether.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class DeviceShareTest {
    @Test
    void busyQueuesGetDeviceTimeByTheirWeightsWhateverTheirRunsTake() {
        // Given
        DeviceShare<String> share = new DeviceShare<>(1);
        share.add("short", 1);
        share.add("long", 2);
        Map<String, Long> took = Map.of("short", 3L, "long", 100L);

        // When
        for (int i = 0; i < 10_000; i++) {
            took.keySet().forEach(queue -> share.wants(queue, 10));
            String queue = share.grant().orElseThrow();
            assertThat(share.grant()).as("one slot").isEmpty();
            share.ended(queue, 10, took.get(queue));
        }

        // Then
        double difference = share.chargedNanos("short") - share.chargedNanos("long") / 2.0;
        assertThat(Math.abs(difference)).isLessThanOrEqualTo(200);
    }

    @Test
    void aQueueThatHadNothingToDoSavesNothingUp() {
        // Given
        DeviceShare<String> share = new DeviceShare<>(1);
        share.add("busy", 1);
        share.add("late", 1);
        for (int i = 0; i < 100; i++) {
            share.wants("busy", 10);
            share.ended(share.grant().orElseThrow(), 10, 10);
        }

        // When
        int late = 0;
        for (int i = 0; i < 100; i++) {
            share.wants("busy", 10);
            share.wants("late", 10);
            String queue = share.grant().orElseThrow();
            late += queue.equals("late") ? 1 : 0;
            share.ended(queue, 10, 10);
        }

        // Then
        assertThat(late).isBetween(49, 51);
    }

    @Test
    void aRemovedQueueGivesItsSlotBack() {
        // Given
        DeviceShare<String> share = new DeviceShare<>(1);
        share.add("a", 1);
        share.add("b", 1);
        share.wants("a", 1);
        assertThat(share.grant()).contains("a");

        // When
        share.remove("a");
        share.wants("b", 1);

        // Then
        assertThat(share.grant()).isEmpty();
        share.ended("a", 1, 1);
        assertThat(share.grant()).contains("b");
    }
}
