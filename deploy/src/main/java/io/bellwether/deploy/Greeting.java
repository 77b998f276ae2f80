package io.bellwether.deploy;

import io.bellwether.deploy.platform.Layout;
import io.bellwether.deploy.platform.Port;
import io.bellwether.deploy.platform.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a user sees when the platform is ready: where it is, and requests to paste. */
final class Greeting {
    private static final String STOP_HERE = "\nStop with Ctrl-C here or deploy/bellwether down anywhere.";

    private Greeting() {}

    /**
     * The text.
     *
     * @param background whether the launcher runs without a terminal, where no Ctrl-C reaches it
     */
    static String of(Layout layout, Settings settings, boolean background) throws IOException {
        var text = new StringBuilder();
        line(text, "REST inference", settings.http(Port.GATEWAY_HTTP) + "/v2");
        line(text, "gRPC inference", "127.0.0.1:" + settings.port(Port.GATEWAY_GRPC));
        line(text, "health, metrics", settings.http(Port.GATEWAY_MANAGEMENT) + "/health/ready  /metrics");
        line(text, "control API", settings.http(Port.CONTROL) + "/control/v1");
        line(text, "worker", settings.http(Port.WORKER_MANAGEMENT) + "/metrics");
        line(text, "monitoring", settings.http(Port.MONITORING_MANAGEMENT) + "/metrics");
        line(text, "Kafka", "127.0.0.1:" + settings.port(Port.KAFKA));
        line(text, "logs", layout.logs().toString());
        if (Files.exists(Path.of(settings.models(), "digits", "model.yaml"))) {
            firstRequests(text, layout, settings);
        }
        if (Files.exists(Path.of(settings.models(), "minilm", "model.yaml"))) {
            firstTexts(text, settings);
        }
        text.append(background ? "\nStop with deploy/bellwether down." : STOP_HERE);
        text.append(" The story: deploy/bellwether demo");
        return text.toString();
    }

    private static void firstRequests(StringBuilder text, Layout layout, Settings settings) throws IOException {
        var digit = firstDigit(layout);
        int label = digit.lastIndexOf(',');
        var pixels = digit.substring(0, label);
        text.append("\nA first request; the image is a ").append(digit.substring(label + 1));
        text.append(", so the score at that index should be the highest:\n\n");
        text.append("  curl -s ").append(settings.http(Port.GATEWAY_HTTP)).append("/v2/models/digits/infer");
        text.append(" -H 'Content-Type: application/json' -d '");
        text.append("{\"inputs\":[{\"name\":\"image\",\"datatype\":\"FP32\",\"shape\":[1,64],\"data\":[");
        text.append(pixels).append("]}]}'\n\n");
        text.append("The same with gRPC:\n\n  grpcurl -plaintext -import-path ");
        text.append(layout.root().resolve("serving/protocol/src/main/protobuf"));
        text.append(" -proto open_inference.proto -d '{\"model_name\":\"digits\",\"inputs\":[{\"name\":\"image\",");
        text.append("\"datatype\":\"FP32\",\"shape\":[1,64],\"contents\":{\"fp32_contents\":[");
        text.append(pixels).append("]}}]}' 127.0.0.1:").append(settings.port(Port.GATEWAY_GRPC));
        text.append(" inference.GRPCInferenceService/ModelInfer\n");
    }

    private static void firstTexts(StringBuilder text, Settings settings) {
        text.append("\nTwo sentences to two vectors, by a real sentence encoder:\n\n  curl -s ");
        text.append(settings.http(Port.GATEWAY_HTTP)).append("/v2/models/minilm/infer");
        text.append(" -d '{\"inputs\":[{\"name\":\"text\",\"datatype\":\"BYTES\",\"shape\":[2],");
        text.append("\"data\":[\"A boat sails to the islet.\",\"The ferry leaves every hour.\"]}]}'\n");
    }

    private static String firstDigit(Layout layout) throws IOException {
        try (var lines = Files.lines(layout.heldOutDigits())) {
            return lines.skip(1).findFirst().orElseThrow();
        }
    }

    private static void line(StringBuilder text, String what, String where) {
        text.append("  ").append(what).append(" ".repeat(Math.max(1, 17 - what.length())));
        text.append(where).append('\n');
    }
}
