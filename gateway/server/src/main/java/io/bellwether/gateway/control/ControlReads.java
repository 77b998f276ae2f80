package io.bellwether.gateway.control;

import io.bellwether.gateway.call.Timekeeper;
import io.bellwether.gateway.control.ControlApi.Answer;
import io.bellwether.gateway.control.WriteResult.Reason;
import io.bellwether.gateway.control.WriteResult.Refused;
import io.bellwether.routing.Rollout;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What the control API shows at once, without asking anybody and without changing anything. */
final class ControlReads {
    private static final int NAME_CHARACTERS_SHOWN = 128;

    private final ControlFold fold;
    private final ControlViews views;
    private final TrafficViews traffic;
    private final Timekeeper time;

    ControlReads(ControlFold fold, ControlViews views, Timekeeper time) {
        this.fold = fold;
        this.views = views;
        this.traffic = views.traffic();
        this.time = time;
    }

    /** Empty if the target is something else than to look. */
    Optional<Answer> answer(ControlTarget target) {
        if (target instanceof ControlTarget.Document) {
            return Optional.of(new Answer(ControlStatus.OK, ControlDocument.buffer(), Map.of()));
        }
        if (target instanceof ControlTarget.State) {
            JsonObject state = StateView.of(fold.state(), fold.logId(), fold.killed(), time.epochMillis());
            return Optional.of(Answer.of(ControlStatus.OK, state));
        }
        if (target instanceof ControlTarget.Models) {
            return Optional.of(Answer.of(ControlStatus.OK, views.models()));
        }
        if (target instanceof ControlTarget.OneModel one) {
            return Optional.of(ofModel(one.model(), () -> traffic.model(views.model(one.model()))));
        }
        if (target instanceof ControlTarget.Routes) {
            return Optional.of(Answer.of(ControlStatus.OK, traffic.routes()));
        }
        if (target instanceof ControlTarget.OneRoute one) {
            return Optional.of(ofModel(one.model(), () -> traffic.routesOf(List.of(one.model()))));
        }
        if (target instanceof ControlTarget.Rollouts list) {
            return Optional.of(Answer.of(ControlStatus.OK, views.rollouts(list.model())));
        }
        return target instanceof ControlTarget.OneRollout one
                ? Optional.of(rollout(ControlStatus.OK, one.id()))
                : Optional.empty();
    }

    /** A rollout with its entity tag. */
    Answer rollout(int status, String id) {
        return fold.state()
                .rollout(id)
                .map(rollout -> Answer.of(status, aged(views.rollout(rollout), rollout))
                        .with("ETag", Conditions.tag(rollout.version())))
                .orElseGet(() -> Answer.of(noRollout(id)));
    }

    /**
     * Adds how old the verdict on a live rollout is. Only here: it changes by itself, and a stream of events tells of changes
     * of the rollout.
     */
    private JsonObject aged(JsonObject shown, Rollout rollout) {
        if (rollout instanceof Rollout.Live) {
            aged(shown, rollout.id(), "");
            for (Object arm : shown.getJsonArray("arms", new JsonArray())) {
                if (arm instanceof JsonObject one && one.getString("state").equals(ArmJson.LIVE)) {
                    aged(one, rollout.id(), one.getString("version"));
                }
            }
        }
        return shown;
    }

    private void aged(JsonObject shown, String rolloutId, String arm) {
        views.verdict(rolloutId, arm).ifPresent(verdict -> {
            long millis = Math.max(0, time.epochMillis() - verdict.getAtMillis());
            shown.put("verdictAgeSeconds", TimeUnit.MILLISECONDS.toSeconds(millis));
        });
    }

    private Answer ofModel(String model, Supplier<JsonObject> shown) {
        return traffic.knows(model) ? Answer.of(ControlStatus.OK, shown.get()) : Answer.of(noModel(model));
    }

    static Refused noRollout(String id) {
        return new Refused(
                Reason.NOT_FOUND,
                "there is no rollout '" + shown(id) + "'; list those there are with rollout list, or GET"
                        + " rollouts");
    }

    static Refused noModel(String model) {
        return new Refused(
                Reason.NOT_FOUND,
                "there is no model '" + shown(model) + "'; list those there are with model list, or GET models");
    }

    private static String shown(String name) {
        String start = name.length() <= NAME_CHARACTERS_SHOWN ? name : name.substring(0, NAME_CHARACTERS_SHOWN);
        return start.replaceAll("\\p{Cntrl}", "?");
    }
}
