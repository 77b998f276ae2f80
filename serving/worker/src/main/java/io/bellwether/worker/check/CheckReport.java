package io.bellwether.worker.check;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.bellwether.batching.InstanceProfile;
import io.bellwether.batching.InstanceProfile.Decision;
import io.bellwether.batching.InstanceProfile.Measured;
import io.bellwether.engine.WarmUpProfile.SizeTiming;
import io.bellwether.worker.trial.Trial;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a check found.
 *
 * @param versions those of the model; one without a number when the whole model is refused
 * @param notes what the description asks for and is not done
 * @param effective the configuration in effect as the text of a {@code model.yaml}; empty when it is refused
 */
record CheckReport(String model, List<Version> versions, List<String> notes, Optional<String> effective) {
    private static final double PERCENT = 100;

    CheckReport {
        versions = List.copyOf(versions);
        notes = List.copyOf(notes);
    }

    /**
     * One version.
     *
     * @param platform kind of its program; empty when it is refused
     * @param problems why it cannot be served; none when it can
     * @param trial what came of loading it; empty when it was not loaded
     * @param choice how it runs on this machine; empty when its description leaves that to nobody
     */
    record Version(
            String version,
            String platform,
            List<String> problems,
            Optional<Trial.Passed> trial,
            Optional<Choice> choice) {
        Version {
            problems = List.copyOf(problems);
        }
    }

    /** What was chosen, and from what. */
    record Choice(Decision decision, InstanceProfile profile) {}

    /** Whether every version can be served. */
    boolean ok() {
        return versions.stream().allMatch(version -> version.problems().isEmpty());
    }

    /** For people. */
    String text() {
        StringBuilder text = new StringBuilder();
        for (Version version : versions) {
            String name = version.version().isEmpty() ? model : model + " version " + version.version();
            if (version.problems().isEmpty()) {
                text.append(name)
                        .append(" can be served (")
                        .append(version.platform())
                        .append(")\n");
                version.trial().ifPresent(trial -> timings(trial, text));
                version.choice().ifPresent(choice -> choice(choice, text));
            } else {
                text.append(name).append(" cannot be served:\n");
                version.problems()
                        .forEach(problem -> text.append("  - ").append(problem).append('\n'));
            }
        }
        if (!notes.isEmpty()) {
            text.append("\nWorth knowing:\n");
            notes.forEach(note -> text.append("  - ").append(note).append('\n'));
        }
        effective.ifPresent(yaml -> text.append("\nIn effect, as model.yaml:\n").append(yaml.indent(2)));
        return text.toString();
    }

    private static void timings(Trial.Passed trial, StringBuilder text) {
        for (SizeTiming timing : trial.profile().timings()) {
            text.append(String.format(
                    "  %4d rows: %.2f ms, the first time %.2f ms%n",
                    timing.items(), timing.bestWallNanos() / 1e6, timing.firstWallNanos() / 1e6));
        }
    }

    private static void choice(Choice choice, StringBuilder text) {
        text.append(String.format(
                Locale.ROOT,
                "  instances: %d, intra_op_threads: %d on this machine (%s), with %d rows a run:%n",
                choice.decision().chosen().instances(),
                choice.decision().chosen().threads(),
                choice.decision().reason(),
                choice.profile().batchItems()));
        for (Measured one : choice.profile().table()) {
            text.append(String.format(
                    Locale.ROOT,
                    "  %4d x %d: %.1f rows/s; one row %.3f ms; ready %.0f %% of the time%n",
                    one.pair().instances(),
                    one.pair().threads(),
                    one.itemsPerSecond(),
                    one.rowNanos() / 1e6,
                    one.readyShare() * PERCENT));
        }
    }

    /** For programs; one line. */
    String json() {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("model", model);
            json.writeBooleanField("ok", ok());
            json.writeArrayFieldStart("versions");
            for (Version version : versions) {
                write(version, json);
            }
            json.writeEndArray();
            strings("notes", notes, json);
            if (effective.isPresent()) {
                json.writeStringField("effective", effective.get());
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.append('\n').toString();
    }

    private static void write(Version version, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("version", version.version());
        json.writeBooleanField("ok", version.problems().isEmpty());
        json.writeStringField("platform", version.platform());
        strings("problems", version.problems(), json);
        if (version.trial().isPresent()) {
            json.writeArrayFieldStart("timings");
            for (SizeTiming timing : version.trial().get().profile().timings()) {
                json.writeStartObject();
                json.writeNumberField("rows", timing.items());
                json.writeNumberField("firstWallNanos", timing.firstWallNanos());
                json.writeNumberField("bestWallNanos", timing.bestWallNanos());
                json.writeNumberField("bestDeviceNanos", timing.bestDeviceNanos());
                json.writeEndObject();
            }
            json.writeEndArray();
        }
        if (version.choice().isPresent()) {
            write(version.choice().get(), json);
        }
        json.writeEndObject();
    }

    private static void write(Choice choice, JsonGenerator json) throws IOException {
        json.writeNumberField("instances", choice.decision().chosen().instances());
        json.writeNumberField("intraOpThreads", choice.decision().chosen().threads());
        json.writeStringField("reason", choice.decision().reason().name());
        json.writeNumberField("rows", choice.profile().batchItems());
        json.writeArrayFieldStart("measured");
        for (Measured one : choice.profile().table()) {
            json.writeStartObject();
            json.writeNumberField("instances", one.pair().instances());
            json.writeNumberField("intraOpThreads", one.pair().threads());
            json.writeNumberField("rowsPerSecond", one.itemsPerSecond());
            json.writeNumberField("oneRowNanos", one.rowNanos());
            json.writeNumberField("readyShare", one.readyShare());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void strings(String name, List<String> values, JsonGenerator json) throws IOException {
        json.writeArrayFieldStart(name);
        for (String value : values) {
            json.writeString(value);
        }
        json.writeEndArray();
    }
}
