package io.bellwether.worker.model;

import io.bellwether.protocol.oip.ModelConfig;
import io.bellwether.protocol.oip.ModelDynamicBatching;
import io.bellwether.protocol.oip.ModelInstanceGroup;
import io.bellwether.protocol.oip.ModelInstanceGroup.Kind;
import io.bellwether.protocol.oip.ModelQueuePolicy;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Instances, batching and queue of a {@code config.pbtxt}. */
final class TritonScheduling {
    private static final String BATCHING = "dynamic_batching";
    private static final String POLICY = "default_queue_policy";

    private final ModelConfig config;
    private final TritonText.Lines lines;
    private final Findings findings;

    TritonScheduling(ModelConfig config, TritonText.Lines lines, Findings findings) {
        this.config = config;
        this.lines = lines;
        this.findings = findings;
    }

    void translate(SpecNodes spec) {
        instances(spec);
        if (config.hasDynamicBatching()) {
            batching(spec, config.getDynamicBatching(), lines.in(BATCHING, 0, 1));
        } else if (config.getMaxBatchSize() > 1) {
            findings.note(
                    lines.of("max_batch_size"),
                    BATCHING,
                    "is not set",
                    "requests share batches all the same, up to max_batch_size; answers do not change");
        }
    }

    private void instances(SpecNodes spec) {
        if (config.getInstanceGroupCount() == 0) {
            return;
        }
        long count = 0;
        Set<Kind> kinds = new TreeSet<>();
        for (int i = 0; i < config.getInstanceGroupCount(); i++) {
            ModelInstanceGroup group = config.getInstanceGroup(i);
            TritonText.Lines of = lines.in("instance_group", i, config.getInstanceGroupCount());
            String path = "instance_group[" + i + "]";
            if (group.getCount() < 0) {
                findings.problem(
                        of.of("count"), path + ".count", "is " + group.getCount(), "use a whole number from 1 to 64");
            }
            count += Math.max(1, group.getCount());
            kinds.add(group.getKind());
            if (group.getKind() == Kind.KIND_MODEL) {
                findings.problem(
                        of.of("kind"),
                        path + ".kind",
                        "is KIND_MODEL, which is not offered",
                        "use KIND_CPU or KIND_GPU");
            }
            if (group.getGpusList().stream().anyMatch(gpu -> gpu != 0)) {
                findings.note(
                        of.of("gpus"), path + ".gpus", "is not used", "the first GPU of the process runs the model");
            }
            if (group.getProfileCount() > 0
                    || group.getPassive()
                    || !group.getHostPolicy().isEmpty()) {
                findings.note(
                        lines.of("instance_group"),
                        path,
                        "has a profile, passive or host_policy",
                        "they are not used; every instance takes work");
            }
        }
        int line = lines.of("instance_group");
        kinds.remove(Kind.KIND_AUTO);
        if (kinds.size() > 1) {
            findings.problem(
                    line, "instance_group", "mixes kinds", "all instances of a model run on one device; keep one kind");
        }
        spec.put("instances", SpecNodes.number(count, line));
        spec.put("device", SpecNodes.text(kinds.contains(Kind.KIND_GPU) ? "gpu" : "cpu", line));
    }

    private void batching(SpecNodes spec, ModelDynamicBatching batching, TritonText.Lines of) {
        refuseNonsense(batching, of);
        if (batching.getPreferredBatchSizeCount() > 0 || batching.getMaxQueueDelayMicroseconds() > 0) {
            findings.note(
                    lines.of(BATCHING),
                    BATCHING,
                    "has preferred sizes or a delay, which are not used",
                    "a batch starts as soon as an instance is free, with all that waits then");
        }
        if (batching.getPreserveOrdering()) {
            findings.note(
                    of.of("preserve_ordering"),
                    BATCHING + ".preserve_ordering",
                    "is not used",
                    "with one instance requests are computed in their order; answers are matched by their call");
        }
        if (batching.getPriorityLevels() != 0
                || batching.getDefaultPriorityLevel() != 0
                || batching.getPriorityQueuePolicyCount() > 0) {
            findings.note(
                    Stream.of("priority_levels", "default_priority_level", "priority_queue_policy")
                            .mapToInt(of::of)
                            .max()
                            .orElse(0),
                    BATCHING + ".priority_levels",
                    "is not used",
                    "all requests wait in one queue, under default_queue_policy; the parameter priority of a request has"
                            + " three levels for every model");
        }
        if (batching.hasDefaultQueuePolicy()) {
            queue(spec, batching.getDefaultQueuePolicy(), of.in(POLICY, 0, 1));
        }
    }

    /** Sizes and delays are not used, but those that contradict the rest of the file show that it is not what was meant. */
    private void refuseNonsense(ModelDynamicBatching batching, TritonText.Lines of) {
        int largest = Math.max(1, config.getMaxBatchSize());
        for (int size : batching.getPreferredBatchSizeList()) {
            if (size < 1 || size > largest) {
                findings.problem(
                        of.of("preferred_batch_size"),
                        BATCHING + ".preferred_batch_size",
                        "has " + size,
                        "use sizes from 1 to max_batch_size (" + largest + "), or leave it out; it is not needed here");
            }
        }
        long delay = batching.getMaxQueueDelayMicroseconds();
        long timeout = batching.getDefaultQueuePolicy().getDefaultTimeoutMicroseconds();
        if (timeout != 0 && Long.compareUnsigned(delay, timeout) >= 0) {
            findings.problem(
                    of.of("max_queue_delay_microseconds"),
                    BATCHING + ".max_queue_delay_microseconds",
                    "is " + Long.toUnsignedString(delay) + " and default_timeout_microseconds "
                            + Long.toUnsignedString(timeout)
                            + ", so a request that waits for company is too late",
                    "set it below the timeout, or leave it out; it is not needed here");
        }
    }

    private void queue(SpecNodes spec, ModelQueuePolicy policy, TritonText.Lines of) {
        String path = BATCHING + "." + POLICY;
        if (policy.getMaxQueueSize() != 0) {
            // unsigned in the file
            long size = Integer.toUnsignedLong(policy.getMaxQueueSize());
            spec.put("queue_requests_max", SpecNodes.number(size, of.of("max_queue_size")));
        }
        long micros = policy.getDefaultTimeoutMicroseconds();
        if (micros != 0) {
            long millis = Long.divideUnsigned(micros, 1000) + (Long.remainderUnsigned(micros, 1000) == 0 ? 0 : 1);
            spec.put("timeout_millis", SpecNodes.number(millis, of.of("default_timeout_microseconds")));
            if (!policy.getAllowTimeoutOverride()) {
                findings.note(
                        of.of("default_timeout_microseconds"),
                        path + ".allow_timeout_override",
                        "is false",
                        "a request may bring its own timeout all the same");
            }
        }
        if (policy.getTimeoutAction() == ModelQueuePolicy.TimeoutAction.DELAY) {
            findings.note(
                    of.of("timeout_action"),
                    path + ".timeout_action",
                    "is DELAY, which is not offered",
                    "a request whose time is up is refused");
        }
    }
}
