package io.bellwether.gateway.protocol;

import io.bellwether.gateway.EdgeFixture;
import io.bellwether.protocol.WireNames;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/** Bodies of JSON and raw tensors, and answers to them. */
final class Binary {
    private Binary() {}

    /** Posts a JSON part and bytes behind it; {@code headers} are names and values. */
    static HttpResponse<byte[]> post(EdgeFixture gateway, String json, byte[] behind, String... headers) {
        byte[] head = json.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(head);
        body.writeBytes(behind);
        return post(gateway, "/v2/models/m/infer", Integer.toString(head.length), body.toByteArray(), headers);
    }

    static HttpResponse<byte[]> post(
            EdgeFixture gateway, String path, String jsonLength, byte[] body, String... headers) {
        HttpRequest.Builder request = gateway.request(path).header(WireNames.HEADER_JSON_LENGTH, jsonLength);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return gateway.send(
                request.POST(HttpRequest.BodyPublishers.ofByteArray(body)), HttpResponse.BodyHandlers.ofByteArray());
    }

    static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    /** The JSON part of an answer, or all of it if nothing follows. */
    static JsonObject json(HttpResponse<byte[]> answer) {
        int length = answer.headers()
                .firstValue(WireNames.HEADER_JSON_LENGTH)
                .map(Integer::parseInt)
                .orElse(answer.body().length);
        return new JsonObject(new String(answer.body(), 0, length, StandardCharsets.UTF_8));
    }

    static JsonArray outputs(HttpResponse<byte[]> answer) {
        return json(answer).getJsonArray("outputs");
    }

    /** What follows the JSON part, in hexadecimal digits. */
    static String behind(HttpResponse<byte[]> answer) {
        int from = Integer.parseInt(
                answer.headers().firstValue(WireNames.HEADER_JSON_LENGTH).orElseThrow());
        return HexFormat.of().formatHex(Arrays.copyOfRange(answer.body(), from, answer.body().length));
    }

    static String error(HttpResponse<byte[]> answer) {
        return json(answer).getString("error");
    }
}
