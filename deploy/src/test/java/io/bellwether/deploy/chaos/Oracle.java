package io.bellwether.deploy.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What each version says of each image when nothing is wrong, asked for by version before the faults begin. Plain images
 * are answered by all versions; inky ones make version 4 throw.
 *
 * @param asked requests that the first gateway got for this
 */
record Oracle(List<Image> plain, List<Image> inky, Map<Image, Map<String, Integer>> digits, int asked) {
    private static final int CANDIDATES = 400;
    private static final int PLAIN = 40;
    private static final int INKY = 10;
    private static final ObjectMapper JSON = new ObjectMapper();

    static Oracle ask(Cluster cluster) throws Exception {
        var http = HttpClient.newHttpClient();
        int port = cluster.doors().get(0).port();
        var plain = new ArrayList<Image>();
        var inky = new ArrayList<Image>();
        var digits = new HashMap<Image, Map<String, Integer>>();
        int asked = 0;
        for (var image : Image.first(cluster.layout().heldOutDigits(), CANDIDATES)) {
            var answer = ask(http, port, "4", image);
            asked++;
            boolean throwsAtIt = answer.statusCode() != 200;
            var kind = throwsAtIt ? inky : plain;
            if (kind.size() < (throwsAtIt ? INKY : PLAIN)) {
                kind.add(image);
                var said = new HashMap<String, Integer>();
                if (!throwsAtIt) {
                    said.put("4", digit(JSON.readTree(answer.body())));
                }
                for (var version : List.of("1", "2")) {
                    asked++;
                    said.put(
                            version,
                            digit(JSON.readTree(ask(http, port, version, image).body())));
                }
                digits.put(image, said);
            }
            if (plain.size() == PLAIN && inky.size() == INKY) {
                break;
            }
        }
        if (plain.size() < PLAIN || inky.isEmpty()) {
            throw new AssertionError(plain.size() + " plain and " + inky.size() + " inky images are too few");
        }
        return new Oracle(List.copyOf(plain), List.copyOf(inky), Map.copyOf(digits), asked);
    }

    /** Whether a version's answer is the one to this request. */
    boolean isRight(String id, Image image, String version, String body) {
        try {
            var answer = JSON.readTree(body);
            return answer.path("id").asText().equals(id)
                    && Integer.valueOf(digit(answer)).equals(digits.get(image).get(version));
        } catch (IOException e) {
            return false;
        }
    }

    private static HttpResponse<String> ask(HttpClient http, int port, String version, Image image) throws Exception {
        var address = URI.create("http://127.0.0.1:" + port + "/v2/models/digits/versions/" + version + "/infer");
        return http.send(
                HttpRequest.newBuilder(address)
                        .timeout(Duration.ofSeconds(10))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(image.request("oracle")))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static int digit(JsonNode answer) {
        var scores = answer.path("outputs").path(0).path("data");
        int best = 0;
        for (int index = 1; index < scores.size(); index++) {
            best = scores.path(index).asDouble() > scores.path(best).asDouble() ? index : best;
        }
        return best;
    }
}
