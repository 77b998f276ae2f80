package io.bellwether.gateway.hostile;

import com.google.protobuf.ByteString;
import io.bellwether.gateway.Requests;
import io.bellwether.gateway.hostile.RestCase.Expected;
import io.bellwether.gateway.http.ContentCoding;
import io.bellwether.protocol.WireNames;
import io.vertx.core.json.Json;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Wrong requests over HTTP, made of tables: each hostile value in each slot that takes it. */
final class RestCases {
    /** What the protocol limits names to. */
    private static final int NAME_CHARACTERS_MAX = 256;

    private static final String INFER = "/v2/models/m/infer";
    private static final String EMBEDDINGS = "/v1/embeddings";

    private final List<RestCase> all = new ArrayList<>();

    static List<RestCase> all() {
        RestCases cases = new RestCases();
        cases.namesInPaths();
        cases.namesInBodies();
        cases.namesInHeaders();
        cases.numbersInBodies();
        cases.numbersInHeaders();
        cases.wrongMethods();
        cases.wrongCodings();
        MalformedJson.bodies().forEach(body -> cases.add("body " + body, "POST", INFER, body, Expected.invalid()));
        MalformedJson.embeddings()
                .forEach(body -> cases.add(
                        "embeddings body " + body,
                        "POST",
                        EMBEDDINGS,
                        body,
                        Expected.invalid().openAi()));
        return cases.all;
    }

    private void namesInPaths() {
        for (String name : HostileValues.PATH_NAMES) {
            String decoded = URLDecoder.decode(name, StandardCharsets.UTF_8);
            for (String target : List.of("/v2/models/%s/infer", "/v2/models/m/versions/%s/infer")) {
                add("infer at", "POST", target, name, Requests.JSON, unknown(name), decoded);
            }
            for (String what : List.of("", "/ready", "/config", "/stats")) {
                add("model", "GET", "/v2/models/%s" + what, name, "", Expected.notFound(), decoded);
                add("version", "GET", "/v2/models/m/versions/%s" + what, name, "", Expected.notFound(), decoded);
            }
            add("embeds", "GET", "/v1/models/%s", name, "", Expected.notFound().openAi(), decoded);
            add("first segment", "GET", "/%s", name, "", Expected.noSuchPath(), decoded);
            add("second segment", "GET", "/v2/%s", name, "", Expected.noSuchPath(), decoded);
            add("query", "GET", "/v2/models/none?x=%s", name, "", Expected.notFound(), decoded);
        }
        for (String name : HostileValues.UNDECODABLE_PATH_NAMES) {
            add("infer at", "POST", "/v2/models/%s/infer", name, Requests.JSON, Expected.invalid(), name);
            add("model", "GET", "/v2/models/%s", name, "", Expected.invalid(), name);
            add("version", "GET", "/v2/models/m/versions/%s/ready", name, "", Expected.invalid(), name);
            add("embeds", "GET", "/v1/models/%s", name, "", Expected.invalid().openAi(), name);
        }
        for (String name : HostileValues.SEVERAL_SEGMENTS) {
            add("infer at", "POST", "/v2/models/%s/infer", name, Requests.JSON, Expected.noSuchPath(), name);
            add("outside", "GET", "/%s", name, "", Expected.noSuchPath(), name);
        }
        add("too long", "GET", "/v2/models/%s", "x".repeat(600), "", Expected.of(400, "TOO_LARGE"), "");
        add("no path", "GET", "%s", "*", "", Expected.noSuchPath(), "");
    }

    private void namesInBodies() {
        for (String name : HostileValues.NAMES) {
            String quoted = Json.encode(name);
            body("input name", Requests.JSON.replace("\"x\"", quoted), name);
            body("datatype", Requests.JSON.replace("\"FP32\"", quoted), name);
            body("output name", with("\"outputs\":[{\"name\":" + quoted + "}],"), name);
            body("field with a wrong value", Requests.JSON.replace("[1.5,2.5]", quoted), name);
            body("reserved parameter", with("\"parameters\":{" + Json.encode("bellwether_" + name) + ":1},"), name);
            body("array as parameter", with("\"parameters\":{" + quoted + ":[]},"), name);
            body("twice", with(quoted + ":1," + quoted + ":1,"), name);
            all.add(RestCase.of(
                            "embeddings of model " + name,
                            "POST",
                            EMBEDDINGS,
                            "{\"model\":" + quoted + ",\"input\":\"x\"}",
                            (name.length() > NAME_CHARACTERS_MAX ? Expected.invalid() : Expected.notFound()).openAi())
                    .sends(name));
            all.add(RestCase.of(
                            "encoding_format " + name,
                            "POST",
                            EMBEDDINGS,
                            "{\"model\":\"text\",\"input\":\"x\",\"encoding_format\":" + quoted + "}",
                            Expected.invalid().openAi())
                    .sends(name));
        }
    }

    private void namesInHeaders() {
        for (String name : HostileValues.NAMES) {
            if (name.chars().allMatch(c -> c >= ' ' && c < 0x7f) && !name.matches("x{1,128}")) {
                all.add(RestCase.of("request id " + name, "POST", INFER, Requests.JSON, Expected.invalid())
                        .with(WireNames.HEADER_REQUEST_ID + ": " + name)
                        .sends(name));
                all.add(RestCase.of("coding " + name, "POST", INFER, Requests.JSON, Expected.of(501, "UNSUPPORTED"))
                        .with("Content-Encoding: " + name)
                        .sends(name));
                all.add(RestCase.of("accepted coding " + name, "POST", INFER, Requests.JSON, Expected.ok())
                        .with("Accept-Encoding: " + name + ";q=nan", "Accept: " + name)
                        .sends(name));
            }
        }
    }

    private void numbersInBodies() {
        for (String number : HostileValues.NUMBERS) {
            number(
                    "dimension",
                    "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,%s],\"datatype\":\"FP32\",\"data\":[1]}]}",
                    number,
                    none -> false);
            number(
                    "shape",
                    "{\"inputs\":[{\"name\":\"x\",\"shape\":%s,\"datatype\":\"FP32\",\"data\":[1,2]}]}",
                    number,
                    none -> false);
            number(
                    "product",
                    "{\"inputs\":[{\"name\":\"x\",\"shape\":[%1$s,%1$s,%1$s,%1$s],\"datatype\":\"INT8\",\"data\":[1]}]}",
                    number,
                    none -> false);
            number(
                    "size",
                    "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\",\"parameters\":{\"binary_data_size\":%s}}]}",
                    number,
                    none -> false);
            data("FP32", number, HostileValues::fp32);
            data("FP64", number, HostileValues::fp64);
            data("INT8", number, text -> HostileValues.signed(text, 8));
            data("INT32", number, text -> HostileValues.signed(text, 32));
            data("INT64", number, text -> HostileValues.signed(text, 64));
            data("UINT32", number, text -> HostileValues.unsigned(text, 32));
            data("UINT64", number, text -> HostileValues.unsigned(text, 64));
            data("BOOL", number, "true"::equals);
            data("BYTES", number, "\"1\""::equals);
            number(
                    "timeout",
                    with("\"parameters\":{\"timeout\":%s},"),
                    number,
                    text -> text.equals("null") || HostileValues.unsigned(text, 63));
            number("id", with("\"id\":%s,"), number, "\"1\""::equals);
            dimensions(number);
        }
    }

    private void data(String datatype, String number, Predicate<String> good) {
        number(
                "data of " + datatype,
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"" + datatype + "\",\"data\":[%s]}]}",
                number,
                good);
    }

    private void number(String slot, String template, String number, Predicate<String> good) {
        Expected expected = good.test(number) ? Expected.ok() : Expected.invalid();
        all.add(RestCase.of(slot + " " + number, "POST", INFER, template.formatted(number), expected)
                .sends(number));
    }

    private void dimensions(String number) {
        Expected expected = Expected.invalid().openAi();
        all.add(RestCase.of(
                "dimensions " + number,
                "POST",
                EMBEDDINGS,
                "{\"model\":\"text\",\"input\":\"x\",\"dimensions\":" + number + "}",
                expected));
    }

    private void numbersInHeaders() {
        for (String number : HostileValues.NUMBERS) {
            all.add(RestCase.of("JSON length " + number, "POST", INFER, Requests.JSON, Expected.invalid())
                    .with(WireNames.HEADER_JSON_LENGTH + ": " + number));
        }
        for (String length : List.of("-1", "9223372036854775808", "1e3", "NaN", "0x10", "1,2", "+1")) {
            all.add(RestCase.of("content length " + length, "POST", INFER, "", Expected.framework(400))
                    .with("Content-Length: " + length));
        }
        for (String size : List.of("zz", "-1", "8000000000000000", "FFFFFFFFFFFFFFFF")) {
            all.add(RestCase.of(
                            "chunk of " + size, "POST", INFER, size + "\r\n{}\r\n0\r\n\r\n", Expected.framework(0, 400))
                    .with("Transfer-Encoding: chunked"));
        }
        all.add(RestCase.of("two framings", "POST", INFER, "0\r\n\r\n", Expected.framework(0, 400))
                .with("Transfer-Encoding: chunked", "Content-Length: 5"));
        all.add(RestCase.of("long header", "POST", INFER, "", Expected.framework(431))
                .with("X: " + "x".repeat(30_000)));
        all.add(RestCase.of("long line", "GET", "/v2?" + "x".repeat(10_000), "", Expected.framework(414)));
    }

    private void wrongMethods() {
        for (String method : List.of("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW", "get")) {
            for (String path : List.of(
                    "/v2", "/v2/health/live", "/v2/models/m", "/v2/models/m/stats", INFER, "/v2/repository/index")) {
                add("wrong method", method, "%s", path, "", Expected.of(405), "");
            }
            for (String path : List.of(EMBEDDINGS, "/v1/models", "/v1/models/m")) {
                add("wrong method", method, "%s", path, "", Expected.of(405).openAi(), "");
            }
        }
        for (String path : List.of(
                "/v2/trace/setting",
                "/v2/logging",
                "/v2/systemsharedmemory/status",
                "/v2/cudasharedmemory/region/x/register",
                "/v2/repository/models/m/load",
                "/v2/repository/models/m/unload",
                "/v2/models/m/generate")) {
            add("not offered", "POST", "%s", path, "{}", Expected.of(501, "UNSUPPORTED"), "");
        }
    }

    private void wrongCodings() {
        ByteString gzip =
                ByteString.copyFrom(ContentCoding.GZIP.compress(Requests.JSON.getBytes(StandardCharsets.UTF_8)));
        ByteString bomb = ByteString.copyFrom(ContentCoding.GZIP.compress(new byte[1 << 20]));
        for (String coding : List.of("br", "zstd", "compress", "x-gzip", "gzip, gzip", "gzip;q=1", "*", "")) {
            all.add(coded("coding " + coding, coding, gzip, Expected.of(501, "UNSUPPORTED")));
        }
        for (String coding : List.of("gzip", "deflate", "GZIP")) {
            all.add(coded("not " + coding, coding, ByteString.copyFromUtf8(Requests.JSON), Expected.invalid()));
            all.add(coded("nothing as " + coding, coding, ByteString.EMPTY, Expected.invalid()));
        }
        all.add(coded("gzip in pieces", "gzip", gzip.substring(0, gzip.size() - 9), Expected.invalid()));
        all.add(coded(
                "gzip with a wrong sum",
                "gzip",
                gzip.substring(0, gzip.size() - 8).concat(ByteString.copyFrom(new byte[8])),
                Expected.invalid()));
        all.add(coded("gzip as deflate", "deflate", gzip, Expected.invalid()));
        all.add(coded("bomb", "gzip", bomb, Expected.of(400, "TOO_LARGE")));
        all.add(coded("identity of gzip", "identity", gzip, Expected.invalid()));
        all.add(RestCase.of("large body", "POST", INFER, " ".repeat(5_000), Expected.of(400, "TOO_LARGE")));
        all.add(RestCase.of(
                "large text",
                "POST",
                EMBEDDINGS,
                "{\"model\":\"text\",\"input\":\"" + "x".repeat(2_000) + "\"}",
                Expected.invalid().openAi()));
    }

    /** A name over the limit is refused for its length. */
    private static Expected unknown(String name) {
        return name.length() > 256 ? Expected.of(400, "TOO_LARGE") : Expected.notFound();
    }

    private static RestCase coded(String what, String coding, ByteString body, Expected expected) {
        return RestCase.of(what, "POST", INFER, "", expected)
                .with("Content-Encoding: " + coding)
                .with(body);
    }

    private void body(String slot, String body, String name) {
        all.add(RestCase.of(slot + " " + name, "POST", INFER, body, Expected.invalid())
                .sends(name));
    }

    private void add(
            String slot, String method, String target, String value, String body, Expected expected, String decoded) {
        all.add(RestCase.of(slot + " " + value, method, target.formatted(value), body, expected)
                .sends(value, decoded));
    }

    private void add(String what, String method, String target, String body, Expected expected) {
        all.add(RestCase.of(what, method, target, body, expected));
    }

    /** A good request with something more in front. */
    private static String with(String fields) {
        return Requests.JSON.replace("{\"inputs\"", "{" + fields + "\"inputs\"");
    }
}
