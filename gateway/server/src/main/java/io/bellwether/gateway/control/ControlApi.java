package io.bellwether.gateway.control;

import io.bellwether.controlapi.log.Command;
import io.bellwether.controlapi.log.CreateRollout;
import io.bellwether.controlapi.log.PlannedArm;
import io.bellwether.gateway.call.Timekeeper;
import io.bellwether.gateway.capacity.FleetCapacity;
import io.bellwether.gateway.capacity.ModelProjection.Planned;
import io.bellwether.gateway.control.WriteResult.Reason;
import io.bellwether.gateway.control.WriteResult.Refused;
import io.bellwether.gateway.http.JsonBody;
import io.bellwether.protocol.Decoded;
import io.bellwether.routing.ControlState;
import io.bellwether.routing.Problem;
import io.bellwether.routing.Rollout;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/** What the control API does for a method, a path and a body. It blocks nobody; HTTP is elsewhere. */
public final class ControlApi {
    private final ControlFold fold;
    private final ControlViews views;
    private final ControlReads reads;
    private final Servability servability;
    private final CommandWriter writer;
    private final Timekeeper time;
    private final FleetCapacity fleet;
    private final CapacityCheck capacity;

    public ControlApi(
            ControlFold fold, ControlViews views, CommandWriter writer, Timekeeper time, FleetCapacity fleet) {
        this.fold = fold;
        this.views = views;
        this.reads = new ControlReads(fold, views, time);
        this.servability = views.servability();
        this.writer = writer;
        this.time = time;
        this.fleet = fleet;
        this.capacity = new CapacityCheck(fleet);
    }

    /**
     * An answer.
     *
     * @param status HTTP status
     * @param body JSON
     * @param headers beside those of the body
     */
    public record Answer(int status, Buffer body, Map<String, String> headers) {
        public Answer {
            headers = Map.copyOf(headers);
        }

        static Answer of(int status, JsonObject body) {
            return new Answer(status, body.toBuffer(), Map.of());
        }

        static Answer of(int status, JsonArray body) {
            return new Answer(status, body.toBuffer(), Map.of());
        }

        static Answer of(Refused refused) {
            JsonObject body = new JsonObject()
                    .put("error", refused.message())
                    .put("reason", refused.reason().name());
            if (!refused.problems().isEmpty()) {
                body.put(
                        "problems",
                        new JsonArray(refused.problems().stream()
                                .map(problem -> new JsonObject()
                                        .put("field", problem.field())
                                        .put("text", Refused.writable(problem.text())))
                                .toList()));
            }
            return of(ControlStatus.of(refused.reason()), body);
        }

        Answer with(String header, String value) {
            Map<String, String> more = new HashMap<>(headers);
            more.put(header, value);
            return new Answer(status, body, more);
        }
    }

    /**
     * Answers one request.
     *
     * @param target what the request line asks for
     * @param conditions what the headers say of a command
     * @return never completes exceptionally
     */
    CompletionStage<Answer> answer(ControlTarget target, Buffer body, Conditions conditions) {
        Optional<Answer> read = reads.answer(target);
        if (read.isPresent()) {
            return done(read.get());
        }
        if (target instanceof ControlTarget.Capacity asked) {
            return capacity(asked);
        }
        return command(target, body, conditions);
    }

    private CompletionStage<Answer> command(ControlTarget target, Buffer body, Conditions conditions) {
        if (target instanceof ControlTarget.Move move) {
            return move(move, body, conditions);
        }
        if (target instanceof ControlTarget.SetStable stable) {
            return withBody(
                    body,
                    conditions,
                    fields -> CommandJson.setStable(stable.model(), fields, time.epochMillis()),
                    command -> servable(
                            command,
                            List.of(command.getSetStable().getVersion()),
                            () -> Answer.of(ControlStatus.OK, views.model(stable.model()))));
        }
        if (target instanceof ControlTarget.Create) {
            return withBody(
                    body,
                    conditions,
                    fields -> new Wish(fields.flag("dryRun", false), CommandJson.create(fields, time.epochMillis())),
                    this::create);
        }
        return done(nowhere(target));
    }

    /** Why nobody can watch a rollout; empty if there is one. */
    Optional<Refused> unknown(String rolloutId) {
        return fold.state().rollout(rolloutId).isPresent()
                ? Optional.empty()
                : Optional.of(ControlReads.noRollout(rolloutId));
    }

    private CompletionStage<Answer> capacity(ControlTarget.Capacity asked) {
        Decoded<Planned> planned = CapacityView.planned(asked.requestsPerSecond(), asked.arrivals());
        if (planned instanceof Decoded.Refused<Planned> refused) {
            return done(Answer.of(
                    new Refused(Reason.INVALID_INPUT, refused.refusal().message())));
        }
        if (views.knownVersions(asked.model()).isEmpty()) {
            return done(Answer.of(ControlReads.noModel(asked.model())));
        }
        Planned plan = ((Decoded.Valid<Planned>) planned).value();
        return fleet.of(asked.model(), plan).thenApply(known -> known.map(some -> Answer.of(
                        ControlStatus.OK,
                        CapacityView.of(asked.model(), views.stableVersion(asked.model()), plan, some)))
                .orElseGet(() -> Answer.of(
                        new Refused(Reason.TOO_MANY_REQUESTS, "too many questions at once; repeat it later"))));
    }

    /** A rollout to be created, or only to be shown as it would be. */
    private record Wish(boolean dryRun, Command command) {}

    private CompletionStage<Answer> create(Wish wish) {
        Command command = wish.command();
        Command complete = command;
        if (command.getCreate().getStableVersion().isEmpty()) {
            complete = command.toBuilder()
                    .setCreate(
                            command.getCreate().toBuilder().setStableVersion(views.stableVersion(command.getModel())))
                    .build();
        }
        Command made = complete;
        return overload(made).thenCompose(overload -> {
            if (wish.dryRun() || overload.isPresent()) {
                Answer planned = planned(made);
                boolean fine = planned.status() == ControlStatus.OK;
                return done(fine && overload.isPresent() ? Answer.of(overload.get()) : planned);
            }
            return servable(made, tried(made), () -> reads.rollout(ControlStatus.CREATED, made.getRolloutId()));
        });
    }

    private CompletionStage<Optional<Refused>> overload(Command create) {
        return fold.alreadyApplied(create)
                ? CompletableFuture.completedFuture(Optional.empty())
                : capacity.ofCreate(create, tried(create));
    }

    /** What creating the rollout would make, or everything that is against it. Nothing is written. */
    private Answer planned(Command command) {
        Optional<Refused> unservable = unservable(command.getModel(), tried(command));
        List<Problem> problems = writer.problems(command, views.knownVersions(command.getModel()));
        if (!problems.isEmpty()) {
            Refused refused = CommandWriter.refused(problems);
            return Answer.of(unservable
                    .map(also -> new Refused(refused.reason(), refused.message() + ". " + also.message()))
                    .orElse(refused));
        }
        if (unservable.isPresent()) {
            return Answer.of(unservable.get());
        }
        ControlState now = fold.state();
        ControlState then = now.apply(command, now.lastPosition() + 1).state();
        return then.rollout(command.getRolloutId())
                .map(rollout ->
                        Answer.of(ControlStatus.OK, views.rollout(rollout).put("dryRun", true)))
                .orElseGet(() -> Answer.of(ControlReads.noRollout(command.getRolloutId())));
    }

    private CompletionStage<Answer> move(ControlTarget.Move move, Buffer body, Conditions conditions) {
        Optional<Rollout> rollout = fold.state().rollout(move.id());
        if (rollout.isEmpty()) {
            return done(Answer.of(ControlReads.noRollout(move.id())));
        }
        return withBody(
                body,
                conditions,
                fields -> new Step(
                        rollout.get(),
                        fields.flag("ignoreCapacity", false),
                        CommandJson.move(rollout.get(), move.verb(), fields, time.epochMillis())),
                step -> step.command().isEmpty()
                        ? done(nowhere(move))
                        : move(step, step.command().get(), () -> reads.rollout(ControlStatus.OK, move.id())));
    }

    /**
     * A move of a rollout.
     *
     * @param command empty if there is no such move
     */
    private record Step(Rollout rollout, boolean ignoreCapacity, Optional<Command> command) {
        String candidate() {
            String arm = command.map(some -> some.getPromote().getVersion()).orElse("");
            return arm.isEmpty() ? rollout.plan().candidateVersion() : arm;
        }
    }

    /** More traffic for a candidate needs workers that serve it, and enough of them; less never does. */
    private CompletionStage<Answer> move(Step step, Command command, Supplier<Answer> afterwards) {
        boolean more = command.hasAdvance() || command.hasPromote();
        if (!more) {
            return write(command, afterwards);
        }
        // Whoever is refused for another reason is told that one.
        boolean asked = !step.ignoreCapacity()
                && !fold.alreadyApplied(command)
                && writer.problems(command, views.knownVersions(command.getModel()))
                        .isEmpty();
        CompletionStage<Optional<Refused>> overload =
                asked ? capacity.ofMove(step.rollout(), command) : CompletableFuture.completedFuture(Optional.empty());
        return overload.thenCompose(found -> found.isPresent()
                ? done(Answer.of(found.get()))
                : servable(command, List.of(step.candidate()), afterwards));
    }

    /** The versions that a rollout to be created would send requests to. */
    private static List<String> tried(Command command) {
        CreateRollout create = command.getCreate();
        return create.getArmsCount() > 0
                ? create.getArmsList().stream().map(PlannedArm::getVersion).toList()
                : List.of(create.getCandidateVersion());
    }

    private Optional<Refused> unservable(String model, List<String> versions) {
        return versions.stream()
                .flatMap(version -> servability.problem(model, version).stream())
                .findFirst();
    }

    private CompletionStage<Answer> servable(Command command, List<String> versions, Supplier<Answer> afterwards) {
        Optional<Refused> problem =
                fold.alreadyApplied(command) ? Optional.empty() : unservable(command.getModel(), versions);
        return problem.isPresent() ? done(Answer.of(problem.get())) : write(command, afterwards);
    }

    private CompletionStage<Answer> write(Command command, Supplier<Answer> afterwards) {
        return writer.write(command, views.knownVersions(command.getModel())).thenApply(result -> {
            if (result instanceof WriteResult.OnlyHere) {
                return reads.rollout(ControlStatus.ACCEPTED, command.getRolloutId());
            }
            return result instanceof Refused refused ? Answer.of(refused) : afterwards.get();
        });
    }

    private static <T> CompletionStage<Answer> withBody(
            Buffer body,
            Conditions conditions,
            Function<JsonFields, T> reader,
            Function<T, CompletionStage<Answer>> next) {
        Decoded<JsonObject> json = JsonBody.read(body.getBytes(), body.length());
        if (json instanceof Decoded.Refused<JsonObject> refused) {
            return done(Answer.of(
                    new Refused(Reason.INVALID_INPUT, refused.refusal().message())));
        }
        JsonObject object = ((Decoded.Valid<JsonObject>) json).value();
        Optional<String> wrong = conditions.into(object);
        if (wrong.isPresent()) {
            return done(Answer.of(new Refused(Reason.INVALID_INPUT, wrong.get())));
        }
        JsonFields fields = JsonFields.of(object);
        T value = reader.apply(fields);
        return fields.problems().isEmpty()
                ? next.apply(value)
                : done(Answer.of(new Refused(Reason.INVALID_INPUT, String.join(". ", fields.problems()))));
    }

    private static Answer nowhere(ControlTarget target) {
        if (target instanceof ControlTarget.WrongMethod wrong) {
            return Answer.of(new Refused(
                            Reason.METHOD_NOT_ALLOWED, "method not allowed; expected one of " + wrong.allowed()))
                    .with("Allow", wrong.allowed());
        }
        return Answer.of(new Refused(
                Reason.NOT_FOUND, "no such path; GET openapi.json under control, v1 describes those there are"));
    }

    private static CompletionStage<Answer> done(Answer answer) {
        return CompletableFuture.completedFuture(answer);
    }
}
