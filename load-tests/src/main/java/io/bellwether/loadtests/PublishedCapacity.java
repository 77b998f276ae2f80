package io.bellwether.loadtests;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.Locale;

/**
 * What the platform says of a model's one version, with all of the traffic.
 *
 * @param promised requests per second that 99 % are answered of within the objective
 * @param mean requests per second that best batches without a pause come to
 * @param sustained requests per second that are sustained by projection
 * @param objectiveMillis of the version
 * @param bestItems the best batch
 * @param line what a batch takes, in words
 * @param basis of the projection
 * @param p99Millis projected
 * @param onTimeShare projected
 * @param utilisation projected
 */
record PublishedCapacity(
        double promised,
        double mean,
        double sustained,
        double objectiveMillis,
        int bestItems,
        String line,
        String basis,
        double p99Millis,
        double onTimeShare,
        double utilisation) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int OK = 200;

    /** @param control host and port of the control API */
    static PublishedCapacity read(String control, String model, double requestsPerSecond) throws LoadProblem {
        URI uri = URI.create(String.format(
                Locale.ROOT,
                "http://%s/control/v1/models/%s/capacity?requestsPerSecond=%.3f&arrivals=random",
                control.replaceFirst("^http://", ""),
                model,
                requestsPerSecond));
        HttpResponse<String> answer = HttpText.get(uri, "control API", "name its address with --control");
        if (answer.statusCode() != OK) {
            throw new LoadProblem("no capacity at " + uri + ": " + answer.body());
        }
        try {
            return of(JSON.readTree(answer.body()));
        } catch (JsonProcessingException e) {
            throw new LoadProblem("no control API at " + uri + "; name its address with --control", e);
        }
    }

    static PublishedCapacity of(JsonNode model) throws LoadProblem {
        JsonNode version = model.path("versions").path(0);
        if (!version.path("known").asBoolean()) {
            throw new LoadProblem("the capacity of " + model.path("model").asText() + " is not known yet");
        }
        JsonNode worker = version.path("workers").path(0);
        JsonNode latency = worker.path("latency");
        JsonNode weights = version.path("projection");
        JsonNode whole = weights.path(weights.size() - 1);
        return new PublishedCapacity(
                version.path("promisedRequestsPerSecond").asDouble(),
                version.path("meanRequestsPerSecond").asDouble(),
                version.path("sustainedRequestsPerSecond").asDouble(),
                worker.path("objectiveMillis").asDouble(),
                worker.path("capacity").path("bestItems").asInt(),
                Markdown.number(latency.path("alphaMillis").asDouble()) + " + "
                        + Markdown.number(latency.path("betaMillis").asDouble()) + " b ms, sigma "
                        + Markdown.percent(latency.path("sigmaShare").asDouble()),
                model.path("projectedTraffic").path("basis").asText(),
                whole.path("p99Millis").asDouble(),
                whole.path("onTimeShare").asDouble(),
                whole.path("utilisation").asDouble());
    }
}
