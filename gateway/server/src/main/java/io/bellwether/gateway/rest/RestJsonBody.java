package io.bellwether.gateway.rest;

import io.bellwether.gateway.call.HeldBytes;
import io.bellwether.gateway.http.BodyReader;
import io.bellwether.gateway.http.JsonBody;
import io.bellwether.gateway.inference.Inference;
import io.bellwether.protocol.Decoded;
import io.bellwether.protocol.Refusal;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.function.Consumer;

/** Small bodies that are one JSON object. What is none, too large or too slow is refused here. */
final class RestJsonBody {
    private RestJsonBody() {}

    /**
     * @param inference counts what is held
     * @param whole hears the object, on the event loop of the request; nothing if it was refused
     */
    static void read(HttpServerRequest request, int bytesMax, Inference inference, Consumer<JsonObject> whole) {
        HttpServerResponse response = request.response();
        BodyReader.read(request, bytesMax, inference.bodies(), new BodyReader.Listener() {
            @Override
            public void onBody(byte[] bytes, int length, HeldBytes.Share share) {
                Decoded<JsonObject> body = JsonBody.read(bytes, length);
                if (body instanceof Decoded.Refused<JsonObject> refused) {
                    RestAnswers.refused(response, refused.refusal());
                } else {
                    whole.accept(((Decoded.Valid<JsonObject>) body).value());
                }
            }

            @Override
            public void onTooLarge() {
                RestAnswers.refused(
                        response, Refusal.tooLarge("the body is too large; expected at most " + bytesMax + " bytes"));
            }

            @Override
            public void onNoRoom() {
                RestAnswers.refused(response, inference.noRoom());
            }

            @Override
            public void onTooSlow() {
                RestAnswers.refused(response, BodyReader.tooSlow());
            }
        });
    }
}
