package io.bellwether.monitoring.topology;

import com.google.protobuf.InvalidProtocolBufferException;
import io.bellwether.controlapi.log.Command;
import io.bellwether.monitoring.MonitoringMetrics;
import io.bellwether.routing.ControlSnapshots;
import io.bellwether.routing.ControlState;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** Folds the control log into the global store, in the order of the log; also while the store is rebuilt at a start. */
final class ControlFoldProcessor implements Processor<String, byte[], Void, Void> {
    private final MonitoringMetrics metrics;
    private @Nullable ProcessorContext<Void, Void> context;
    private @Nullable KeyValueStore<String, byte[]> store;
    private ControlState state = ControlState.empty();

    ControlFoldProcessor(MonitoringMetrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public void init(ProcessorContext<Void, Void> given) {
        context = given;
        store = given.getStateStore(MonitoringTopology.CONTROL_STORE);
        state = new ControlView(store).now();
    }

    @Override
    public void process(Record<String, byte[]> record) {
        if (context == null || store == null) {
            throw new IllegalStateException("not initialised");
        }
        if (record.value() == null) {
            metrics.recordRefused("unreadable_command");
            return;
        }
        RecordMetadata at = context.recordMetadata().orElseThrow();
        try {
            state = state.apply(Command.parseFrom(record.value()), at.offset()).state();
            store.put(ControlView.KEY, ControlSnapshots.write(state, ""));
        } catch (InvalidProtocolBufferException e) {
            metrics.recordRefused("unreadable_command");
        }
    }
}
