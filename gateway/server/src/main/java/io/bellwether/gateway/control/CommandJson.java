package io.bellwether.gateway.control;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.bellwether.controlapi.log.Abort;
import io.bellwether.controlapi.log.Advance;
import io.bellwether.controlapi.log.Command;
import io.bellwether.controlapi.log.CreateRollout;
import io.bellwether.controlapi.log.Guardrails;
import io.bellwether.controlapi.log.Hold;
import io.bellwether.controlapi.log.Outcome;
import io.bellwether.controlapi.log.PlannedArm;
import io.bellwether.controlapi.log.Promote;
import io.bellwether.controlapi.log.Resume;
import io.bellwether.controlapi.log.RollBack;
import io.bellwether.controlapi.log.ScoresMoved;
import io.bellwether.controlapi.log.SetStable;
import io.bellwether.controlapi.log.Slice;
import io.bellwether.controlapi.log.Step;
import io.bellwether.gateway.inference.RequestIds;
import io.bellwether.routing.Actor;
import io.bellwether.routing.GuardrailDefaults;
import io.bellwether.routing.Rollout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Makes commands of the control log from requests of the control API. */
final class CommandJson {
    private static final List<String> POLICIES = Arrays.stream(Guardrails.OnInconclusive.values())
            .filter(policy -> policy != Guardrails.OnInconclusive.UNRECOGNIZED)
            .map(Enum::name)
            .toList();
    private static final List<String> MOVES = Arrays.stream(ScoresMoved.Then.values())
            .filter(move -> move != ScoresMoved.Then.UNRECOGNIZED)
            .map(Enum::name)
            .toList();
    private static final List<String> GATES = Arrays.stream(Step.Gate.values())
            .filter(gate -> gate != Step.Gate.UNRECOGNIZED)
            .map(Enum::name)
            .toList();
    private static final List<String> DIRECTIONS = Arrays.stream(Outcome.Better.values())
            .filter(better -> better != Outcome.Better.UNRECOGNIZED)
            .map(Enum::name)
            .toList();
    private static final int ID_CHARACTERS = 12;
    /** In ids of commands of monitoring and of guards, which nobody else may take before them. */
    private static final char OWN = '/';

    private static final String ANONYMOUS = "person:unknown";

    private CommandJson() {}

    static Command create(JsonFields fields, long nowMillis) {
        String model = fields.textRequired("model");
        String id = fields.text("id");
        List<PlannedArm> arms = ArmJson.read(fields);
        CreateRollout.Builder create = CreateRollout.newBuilder()
                .setStableVersion(fields.text("stableVersion"))
                .setCandidateVersion(
                        arms.isEmpty() && !fields.has("kind")
                                ? fields.textRequired("candidateVersion")
                                : fields.text("candidateVersion"))
                .addAllArms(arms)
                .setKeyHeader(fields.text("keyHeader"))
                .setAutomatic(fields.flag("automatic", true))
                .setIgnoreCapacity(fields.flag("ignoreCapacity", false));
        for (JsonFields step : fields.objects("steps")) {
            create.addSteps(step(step));
        }
        if (fields.has("shadow")) {
            create.setShadow(ShadowJson.read(fields.object("shadow")));
        }
        if (fields.has("target")) {
            create.setTarget(TargetJson.read(fields.object("target")));
        }
        if (fields.has("guardrails")) {
            create.setGuardrails(guardrails(fields.object("guardrails")));
        }
        Command.Builder command = issued(fields, nowMillis).setModel(model).setCreate(create);
        fields.noMore();
        return command.setRolloutId(id.isEmpty() ? madeId(model, command.getId()) : id)
                .build();
    }

    /** The same for a repetition of the same command. */
    private static String madeId(String model, String commandId) {
        String digits = UUID.nameUUIDFromBytes(commandId.getBytes(StandardCharsets.UTF_8))
                .toString()
                .replace("-", "");
        return model + "-" + digits.substring(0, ID_CHARACTERS);
    }

    private static Step step(JsonFields fields) {
        Step.Builder step = Step.newBuilder()
                .setWeightBasisPoints(fields.basisPoints("weightPercent"))
                .setBakeSecondsMin(clamped(fields.whole("bakeSecondsMin")))
                .setRequestsMin(fields.whole("requestsMin"));
        fields.choice("gate", GATES).ifPresent(gate -> step.setGate(Step.Gate.valueOf(gate)));
        fields.noMore();
        return step.build();
    }

    /** A number that no field can hold is out of range all the same, and refused as such. */
    private static int clamped(long value) {
        return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, value));
    }

    static Command setStable(String model, JsonFields fields, long nowMillis) {
        Command command = issued(fields, nowMillis)
                .setModel(model)
                .setSetStable(SetStable.newBuilder().setVersion(fields.textRequired("version")))
                .build();
        fields.noMore();
        return command;
    }

    /**
     * @param verb last part of the path
     * @return empty if there is no such verb
     */
    static Optional<Command> move(Rollout rollout, String verb, JsonFields fields, long nowMillis) {
        long based = fields.whole("basedOnVersion");
        Command.Builder command = issued(fields, nowMillis)
                .setModel(rollout.plan().model())
                .setRolloutId(rollout.id())
                .setBasedOnVersion(based == 0 ? rollout.version() : based);
        String arm = fields.text("arm");
        if (!arm.isEmpty() && !verb.equals("promote") && !verb.equals("rollback")) {
            fields.problem("arm is for promote and rollback only; leave it out");
        }
        if (fields.has("ignoreCapacity") && !verb.equals("promote") && !verb.equals("advance")) {
            fields.problem("ignoreCapacity is for advance and promote only; leave it out");
        }
        fields.noMore();
        switch (verb) {
            case "advance" -> command.setAdvance(Advance.newBuilder().setToStep(rollout.step() + 1));
            case "hold" -> command.setHold(Hold.getDefaultInstance());
            case "resume" -> command.setResume(Resume.getDefaultInstance());
            case "promote" -> command.setPromote(Promote.newBuilder().setVersion(arm));
            case "rollback" -> command.setRollBack(RollBack.newBuilder().setVersion(arm));
            case "abort" -> command.setAbort(Abort.getDefaultInstance());
            default -> {
                return Optional.empty();
            }
        }
        return Optional.of(command.build());
    }

    private static Command.Builder issued(JsonFields fields, long nowMillis) {
        String id = fields.text("commandId");
        if (id.indexOf(OWN) >= 0) {
            fields.problem(
                    "commandId (Idempotency-Key) has a '/', which the platform's own commands have; leave it out");
        }
        String actor = fields.text("actor");
        return Command.newBuilder()
                .setId(id.isEmpty() ? "api-" + RequestIds.made() : id)
                .setActor(actor.isEmpty() ? ANONYMOUS : Actor.personText(actor))
                .setReason(fields.text("reason"))
                .setAtMillis(nowMillis);
    }

    /**
     * Every number of the contract under its JSON name; what is absent stays zero and so at its default. A zero that was given
     * is refused, where it would be taken for absent.
     */
    private static Guardrails guardrails(JsonFields fields) {
        Guardrails.Builder guardrails = Guardrails.newBuilder();
        numbers(fields, guardrails);
        if (fields.has("weights")) {
            JsonFields weights = fields.object("weights");
            numbers(weights, guardrails.getWeightsBuilder());
            weights.noMore();
        }
        for (JsonFields slice : fields.objects("slices")) {
            guardrails.addSlices(
                    Slice.newBuilder().setBy(slice.textRequired("by")).addAllValues(slice.texts("values")));
            slice.noMore();
        }
        for (JsonFields outcome : fields.objects("outcomes")) {
            guardrails.addOutcomes(outcome(outcome));
        }
        guardrails.setShadowLabelsRequired(fields.flag("shadowLabelsRequired", false));
        guardrails.setHorizonSeconds(clamped(fields.whole("horizonSeconds")));
        fields.refuseZero("horizonSeconds", "a day");
        fields.choice("onInconclusive", POLICIES)
                .ifPresent(policy -> guardrails.setOnInconclusive(Guardrails.OnInconclusive.valueOf(policy)));
        fields.choice("onScoresMoved", MOVES)
                .ifPresent(move -> guardrails.setOnScoresMoved(ScoresMoved.Then.valueOf(move)));
        fields.noMore();
        return guardrails.build();
    }

    private static Outcome outcome(JsonFields fields) {
        Outcome.Builder outcome = Outcome.newBuilder().setName(fields.textRequired("name"));
        numbers(fields, outcome);
        fields.choice("better", DIRECTIONS).ifPresent(better -> outcome.setBetter(Outcome.Better.valueOf(better)));
        fields.noMore();
        return outcome.build();
    }

    private static void numbers(JsonFields fields, Message.Builder into) {
        for (FieldDescriptor field : into.getDescriptorForType().getFields()) {
            if (field.getType() == FieldDescriptor.Type.DOUBLE) {
                into.setField(field, fields.number(field.getJsonName()));
                if (fields.isZero(field.getJsonName())) {
                    GuardrailDefaults.zero(field).ifPresent(problem -> fields.problem(problem.text()));
                }
            }
        }
    }
}
