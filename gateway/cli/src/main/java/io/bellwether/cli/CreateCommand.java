package io.bellwether.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bellwether rollout create}. */
@Command(
        name = "create",
        description = "Creates a rollout and starts its first step. What the file says is overridden by options.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  bellwether rollout create --model digits --candidate 2 --step 10:30s:500 --step 50:30s:500",
            "  bellwether rollout create --model digits --candidate 2 --step 25 --manual --margin latency-p50=0.2",
            "  bellwether rollout create --model digits --candidate 2 --shadow 20 --twin 10 --compare label",
            "  bellwether rollout create -f rollout.yaml --id digits-2 --guardrails guardrails.yaml",
            "  bellwether rollout create -f rollout.yaml --dry-run",
            "  bellwether rollout create --model digits --candidate 2 --step 5:2m:manual --step 50 --target-tenant acme",
            "  bellwether rollout create --kind ab --model digits --arm 2:20 --arm 3:20 --key-header X-User",
            "",
            "The file, YAML or JSON:",
            "  model: digits",
            "  candidateVersion: 2",
            "  steps:",
            "    - {weight: 10, bake: 30s, requests: 500, gate: manual}",
            "    - {weight: 50, bake: 30s, requests: 500}",
            "  target: {tenants: [acme]}",
            "  automatic: true",
            "  guardrails: {latencyP50Margin: 0.2, costMargin: 0.1}",
            "or, in the place of candidateVersion and steps:",
            "  kind: ab",
            "  arms: [{version: 2, weight: 20}, {version: 3, weight: 20}]",
            "or, in the place of steps:",
            "  shadow: {sharePercent: 20, twinPercent: 10, comparison: {rule: LABEL}}"
        })
final class CreateCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "Read the rollout from a YAML or JSON file.")
    private @Nullable Path file;

    @Option(names = "--model", paramLabel = "MODEL", description = "Name of the model.")
    private String model = "";

    @Option(names = "--candidate", paramLabel = "VERSION", description = "Version that is tried.")
    private String candidate = "";

    @Option(
            names = "--stable",
            paramLabel = "VERSION",
            description = "Version that it is compared with. Default: the stable version of the model.")
    private String stable = "";

    @Option(
            names = "--step",
            paramLabel = "WEIGHT[:BAKE[:REQUESTS]][:manual]",
            converter = StepText.class,
            description = "One step: percent of the traffic, shortest time in it, fewest requests of each compared arm;"
                    + " with manual only a person leaves it upwards, whatever the evidence."
                    + " Repeat it with rising weights, at most 20 times. The candidate is compared while its weight is"
                    + " below 100; after the last step it is promoted.")
    private List<ObjectNode> steps = List.of();

    @Option(
            names = "--id",
            paramLabel = "ID",
            description = "Id of the rollout, unique for ever. Default: made for you.")
    private String id = "";

    @Option(
            names = "--key-header",
            paramLabel = "NAME",
            description = "Request header that keeps a user with one version. Default: each request is assigned anew.")
    private String keyHeader = "";

    @Option(
            names = "--automatic",
            description = "Monitoring advances, promotes and rolls back on evidence. This is the default.")
    private boolean automatic;

    @Option(names = "--manual", description = "Monitoring judges and explains; people advance and promote.")
    private boolean manual;

    @Option(
            names = "--guardrails",
            paramLabel = "FILE",
            description =
                    "Read error budget, margins, floors, weights, horizon and slices from a guardrails.yaml. It is refused"
                            + " whole, with every problem, if anything in it is wrong; --margin, --slice, --alpha and --beta"
                            + " override it.")
    private @Nullable Path guardrailsFile;

    @Option(
            names = "--margin",
            paramLabel = "GUARDRAIL=VALUE",
            description =
                    "Difference beyond which a change counts as harm: latency-p50, latency-p95, latency-p99 and cost as"
                            + " a share (0.2 is 20 %%), error-odds and class-odds as a ratio of odds, timeout-ratio and"
                            + " nan-ratio as a ratio of shares, error-floor, timeout-floor and nan-floor as a share that is"
                            + " acceptable anyway, error-safe as a share of errors that may be promoted anyway. Repeat it.")
    private Map<String, Double> margins = new LinkedHashMap<>();

    @Option(
            names = "--slice",
            paramLabel = "BY=VALUE[,VALUE]",
            converter = SliceText.class,
            description =
                    "Guard these parts of the traffic by themselves: BY is tenant or the name of a request header."
                            + " Repeat it; at most 4 properties and 16 values in all.")
    private List<ObjectNode> slices = List.of();

    @Option(
            names = "--alpha",
            paramLabel = "P",
            description = "Chance of a false roll back over the whole rollout. Default: 0.01.")
    private @Nullable Double alpha;

    @Option(
            names = "--beta",
            paramLabel = "P",
            description = "Chance of a false promotion per guardrail. Default: 0.05.")
    private @Nullable Double beta;

    @Option(
            names = "--dry-run",
            description = "Create nothing; show what would be created, or everything that is against it.")
    private boolean dryRun;

    @Option(
            names = "--ignore-capacity",
            description =
                    "Create it although the candidate could not carry the present traffic by its projection, and let no"
                            + " step wait for that.")
    private boolean ignoreCapacity;

    @Mixin
    private ShadowOptions shadow = new ShadowOptions();

    @Mixin
    private ArmOptions arms = new ArmOptions();

    @Mixin
    private TargetOptions target = new TargetOptions();

    @Mixin
    private Change change = new Change();

    private @Nullable FilePlaces places;

    @Override
    public Integer call() {
        ObjectNode body = fromFile();
        put(body, "id", id);
        put(body, "model", model);
        put(body, "candidateVersion", candidate);
        put(body, "stableVersion", stable);
        put(body, "keyHeader", keyHeader);
        if (!steps.isEmpty()) {
            body.putArray("steps").addAll(steps);
        }
        if (automatic && manual) {
            throw wrong("--automatic and --manual exclude each other; give one of them");
        }
        if (automatic || manual) {
            body.put("automatic", automatic);
        }
        guardrails(body);
        shadow.into(body);
        target.into(body);
        arms.into(body);
        require(body, "model", "--model");
        if (body.has("kind") || body.has("arms")) {
            require(body, "kind", "--kind ab");
            require(body, "arms", "--arm");
        } else {
            require(body, "candidateVersion", "--candidate");
            if (!body.has("shadow")) {
                require(body, "steps", "--step or --shadow");
            }
        }
        if (!body.has("id")) {
            // made from the command id, so that a repeat asks for the same rollout and not for a second one
            body.put(
                    "id",
                    body.path("model").asText() + "-"
                            + UUID.nameUUIDFromBytes(change.commandId().getBytes(StandardCharsets.UTF_8))
                                    .toString()
                                    .substring(24));
        }
        if (dryRun) {
            body.put("dryRun", true);
        }
        if (ignoreCapacity) {
            body.put("ignoreCapacity", true);
        }
        FilePlaces known = places;
        return change.post(
                ControlApi.path("rollouts"),
                body,
                dryRun ? RolloutText::planned : CreateCommand::created,
                answer -> known == null ? answer : known.told(answer, body));
    }

    private static List<String> created(JsonNode rollout) {
        return List.of(
                RolloutText.summary(rollout),
                "watch it with: bellwether rollout watch " + rollout.path("id").asText());
    }

    private ObjectNode fromFile() {
        if (file == null) {
            return JsonNodeFactory.instance.objectNode();
        }
        RolloutFile.Read read = RolloutFile.read(file);
        if (read instanceof RolloutFile.Read.Wrong wrong) {
            throw wrong(wrong.sentence());
        }
        RolloutFile.Read.Rollout rollout = (RolloutFile.Read.Rollout) read;
        places = rollout.places();
        return rollout.body();
    }

    private void guardrails(ObjectNode body) {
        if (guardrailsFile != null) {
            GuardrailsFile.Read read = GuardrailsFile.read(guardrailsFile);
            if (read instanceof GuardrailsFile.Read.Wrong wrong) {
                throw wrong(wrong.sentence());
            }
            body.withObjectProperty("guardrails").setAll(((GuardrailsFile.Read.Guardrails) read).body());
        }
        if (!slices.isEmpty()) {
            body.withObjectProperty("guardrails").putArray("slices").addAll(slices);
        }
        Map<String, Double> values = new LinkedHashMap<>();
        margins.forEach((word, value) -> {
            Optional<Margin> margin = Margin.of(word);
            values.put(
                    margin.orElseThrow(
                                    () -> wrong("'" + word + "' is not a guardrail; expected one of " + Margin.words()))
                            .field(),
                    value);
        });
        if (alpha != null) {
            values.put("alpha", alpha);
        }
        if (beta != null) {
            values.put("beta", beta);
        }
        if (!values.isEmpty()) {
            ObjectNode guardrails = body.withObjectProperty("guardrails");
            values.forEach(guardrails::put);
        }
    }

    private static void put(ObjectNode body, String field, String value) {
        if (!value.isEmpty()) {
            body.put(field, value);
        }
    }

    private void require(ObjectNode body, String field, String option) {
        if (body.path(field).isEmpty() && body.path(field).asText("").isEmpty()) {
            throw wrong("the rollout has no " + field + "; give " + option + ", or " + field + " in the file");
        }
    }

    private ParameterException wrong(String sentence) {
        return new ParameterException(spec.commandLine(), sentence);
    }
}
