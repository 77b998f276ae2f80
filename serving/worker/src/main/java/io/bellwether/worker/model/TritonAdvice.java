package io.bellwether.worker.model;

import java.util.List;
import java.util.Map;

/** What to do about the fields of a {@code config.pbtxt} that are not read here. */
final class TritonAdvice {
    static final String INSTEAD_OF_ENSEMBLE =
            "export the steps as one program, or let the client call the models one after the other";

    private static final Advice MISSPELT =
            new Advice(true, "is not a field of a model configuration", "remove it or correct its spelling");

    private static final Map<String, Advice> BY_FIELD = Map.ofEntries(
            refused(
                    "ModelConfig.ensemble_scheduling",
                    "describes an ensemble, which is not offered",
                    INSTEAD_OF_ENSEMBLE),
            refused(
                    "ModelConfig.sequence_batching",
                    "asks for sequences of requests, which are not offered",
                    "pass the state as an input and an output and keep it in the client"),
            refused(
                    "ModelConfig.model_operations",
                    "names libraries of operators, which are not loaded",
                    "export the model with standard operators only"),
            refused(
                    "ModelConfig.batch_input",
                    "is not offered",
                    "make the tensor an input of its own that the client sends"),
            refused("ModelConfig.batch_output", "is not offered", "let the program return a row for each row it gets"),
            refused(
                    "ModelInstanceGroup.secondary_devices",
                    "is not offered",
                    "remove it; a model runs on the device of its kind"),
            noted(
                    "ModelConfig.optimization",
                    "is not used",
                    "export the program in the precision that it shall run in"),
            noted(
                    "ModelConfig.cc_model_filenames",
                    "is not used",
                    "the file default_model_filename is loaded on every device"),
            noted("ModelConfig.metric_tags", "is not used", "metrics carry the model and its version"),
            noted(
                    "ModelConfig.model_metrics",
                    "is not used",
                    "names and buckets of the metrics are the worker's own; see its /metrics"),
            noted("ModelInput.is_non_linear_format_io", "is not used", "tensors lie in the order of dims"),
            noted("ModelOutput.is_non_linear_format_io", "is not used", "tensors lie in the order of dims"),
            noted(
                    "ModelConfig.model_repository_agents",
                    "is not used",
                    "the files are loaded as they are; decrypt or convert them before"),
            noted(
                    "ModelInstanceGroup.rate_limiter",
                    "is not used",
                    "an instance runs as soon as there is work; lower count to hold it back"));

    private TritonAdvice() {}

    /**
     * A field that the message does not have.
     *
     * @param field type and name, for example {@code ModelConfig.optimization}
     */
    record Unknown(int line, String field) {}

    private record Advice(boolean refused, String found, String fix) {}

    /**
     * Says what to do about each.
     *
     * @return whether there was any
     */
    static boolean apply(List<Unknown> unknown, Findings findings) {
        for (Unknown one : unknown) {
            Advice advice = BY_FIELD.getOrDefault(one.field(), MISSPELT);
            String name = one.field().substring(one.field().indexOf('.') + 1);
            if (advice.refused()) {
                findings.problem(one.line(), name, advice.found(), advice.fix());
            } else {
                findings.note(one.line(), name, advice.found(), advice.fix());
            }
        }
        return !unknown.isEmpty();
    }

    private static Map.Entry<String, Advice> refused(String field, String found, String fix) {
        return Map.entry(field, new Advice(true, found, fix));
    }

    private static Map.Entry<String, Advice> noted(String field, String found, String fix) {
        return Map.entry(field, new Advice(false, found, fix));
    }
}
