package io.bellwether.benchmark.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.bellwether.benchmark.judge.Verdict;
import io.bellwether.benchmark.run.RolloutResult;
import io.bellwether.benchmark.run.Tally;
import io.bellwether.benchmark.trace.Scenario;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Locale;

/** The table as JSON: one object for each scenario and judge. */
public final class JsonReport {
    private JsonReport() {}

    /** An array of objects. */
    public static String of(Board board) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text).useDefaultPrettyPrinter()) {
            json.writeStartArray();
            for (Scenario.Truth truth : Scenario.Truth.values()) {
                for (Scenario scenario : board.scenarios(truth)) {
                    for (Tally tally : board.tallies(scenario)) {
                        write(json, scenario, tally);
                    }
                }
            }
            json.writeEndArray();
        }
        return text + "\n";
    }

    private static void write(JsonGenerator json, Scenario scenario, Tally tally) throws IOException {
        json.writeStartObject();
        json.writeStringField("scenario", scenario.name());
        json.writeStringField("truth", scenario.truth().name().toLowerCase(Locale.ROOT));
        json.writeStringField("judge", tally.judge());
        json.writeNumberField("runs", tally.runs());
        for (Verdict verdict : Verdict.values()) {
            ExactInterval interval = ExactInterval.of(tally.count(verdict), tally.runs());
            json.writeObjectFieldStart(verdict.name().toLowerCase(Locale.ROOT));
            json.writeNumberField("count", tally.count(verdict));
            json.writeNumberField("share_lower", interval.lower());
            json.writeNumberField("share_upper", interval.upper());
            json.writeEndObject();
        }
        number(json, "rollback_minute_median", Tally.medianOf(tally.rollbackMinutes()));
        number(json, "evidence_sufficed_minute_median", Tally.medianOf(tally.sufficedMinutes()));
        number(json, "candidate_requests_median", tally.median(RolloutResult::candidateRequests));
        number(json, "bad_requests_in_excess_median", tally.median(RolloutResult::badRequests));
        number(json, "cost_in_excess_usd_median", tally.median(RolloutResult::costMicroUsd) / 1e6);
        json.writeEndObject();
    }

    private static void number(JsonGenerator json, String name, double value) throws IOException {
        if (Double.isNaN(value)) {
            json.writeNullField(name);
        } else {
            json.writeNumberField(name, value);
        }
    }
}
