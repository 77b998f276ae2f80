package io.bellwether.monitoring.recorded;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.utils.Utils;

/**
 * Reads topics from a time on to where they end now, without a group: nothing is committed, and nobody notices. Bounded by what
 * is there when it begins.
 */
final class TopicReader implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 10_000;
    private static final Duration POLL = Duration.ofMillis(250);
    /** Kafka that gives nothing for so many polls, although there is more, is not waited for. */
    private static final int EMPTY_POLLS_MAX = 120;

    private final Consumer<String, byte[]> consumer;
    private final Progress progress;

    /** Hears how far it has come. */
    interface Progress {
        void read(String topic, long records, long all);
    }

    /** Why a topic was not read to its end, for people. */
    static final class Unread extends Exception {
        private static final long serialVersionUID = 1;

        Unread(String sentence) {
            super(sentence);
        }
    }

    TopicReader(Consumer<String, byte[]> consumer, Progress progress) {
        this.consumer = consumer;
        this.progress = progress;
    }

    static TopicReader of(String bootstrap, Progress progress) {
        Map<String, Object> properties = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap,
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false,
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false,
                ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS,
                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
        return new TopicReader(
                new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer()), progress);
    }

    /** The partition of a key: murmur2, as producers choose by default. */
    int partitionOf(String topic, String key) throws Unread {
        int hash = Utils.toPositive(Utils.murmur2(key.getBytes(StandardCharsets.UTF_8)));
        return hash % partitions(topic).size();
    }

    /** The partitions of a topic. */
    List<Integer> partitions(String topic) throws Unread {
        List<PartitionInfo> partitions = consumer.partitionsFor(topic);
        if (partitions == null || partitions.isEmpty()) {
            throw new Unread("topic " + topic + " is missing in this Kafka: nothing was recorded there");
        }
        return partitions.stream().map(PartitionInfo::partition).toList();
    }

    /** True when Kafka has deleted records of that time, or of later, already. */
    boolean isCut(String topic, int partition, long sinceMillis) {
        TopicPartition read = new TopicPartition(topic, partition);
        long beginning = consumer.beginningOffsets(List.of(read)).getOrDefault(read, 0L);
        OffsetAndTimestamp first =
                consumer.offsetsForTimes(Map.of(read, sinceMillis)).get(read);
        return beginning > 0 && first != null && first.offset() <= beginning;
    }

    /**
     * Reads partitions of a topic from a time on.
     *
     * @param take takes each record; false: no more
     */
    void read(String topic, List<Integer> partitions, long sinceMillis, Predicate<ConsumerRecord<String, byte[]>> take)
            throws Unread {
        List<TopicPartition> all =
                partitions.stream().map(p -> new TopicPartition(topic, p)).toList();
        Map<TopicPartition, Long> ends = consumer.endOffsets(all);
        consumer.assign(all);
        long records = seek(all, sinceMillis, ends);
        long read = 0;
        int emptyPolls = 0;
        while (isMore(ends)) {
            ConsumerRecords<String, byte[]> some = consumer.poll(POLL);
            emptyPolls = some.isEmpty() ? emptyPolls + 1 : 0;
            if (emptyPolls > EMPTY_POLLS_MAX) {
                throw new Unread("Kafka gives no more of topic " + topic + " although there is more; try again");
            }
            for (ConsumerRecord<String, byte[]> record : some) {
                TopicPartition from = new TopicPartition(topic, record.partition());
                if (record.offset() < ends.getOrDefault(from, 0L) && !take.test(record)) {
                    return;
                }
                read++;
            }
            progress.read(topic, Math.min(read, records), records);
        }
    }

    /** Goes to the first records of that time; how many there are from there to the ends. */
    private long seek(List<TopicPartition> all, long sinceMillis, Map<TopicPartition, Long> ends) {
        Map<TopicPartition, Long> times = new HashMap<>();
        all.forEach(partition -> times.put(partition, sinceMillis));
        Map<TopicPartition, OffsetAndTimestamp> starts = consumer.offsetsForTimes(times);
        long records = 0;
        for (TopicPartition partition : all) {
            OffsetAndTimestamp start = starts.get(partition);
            long end = ends.getOrDefault(partition, 0L);
            long from = start == null ? end : start.offset();
            consumer.seek(partition, from);
            records += end - from;
        }
        return records;
    }

    private boolean isMore(Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue());
    }

    @Override
    public void close() {
        consumer.close();
    }
}
