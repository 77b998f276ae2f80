package io.bellwether.gateway.rest;

import io.bellwether.gateway.call.Cancellation;
import io.bellwether.gateway.call.HeldBytes;
import io.bellwether.gateway.http.BodyReader;
import io.bellwether.gateway.http.ContentCoding;
import io.bellwether.gateway.inference.Catalog;
import io.bellwether.gateway.inference.Inference;
import io.bellwether.gateway.inference.InferenceCall;
import io.bellwether.gateway.inference.InferenceResult;
import io.bellwether.gateway.inference.InferenceResult.Trace;
import io.bellwether.gateway.inference.RequestIds;
import io.bellwether.gateway.inference.WarmUpToken;
import io.bellwether.protocol.Decoded;
import io.bellwether.protocol.InferRequestJson;
import io.bellwether.protocol.OutputPreferences;
import io.bellwether.protocol.ProtocolLimits;
import io.bellwether.protocol.RawRequest;
import io.bellwether.protocol.Refusal;
import io.bellwether.protocol.WireNames;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import org.jboss.logging.Logger;

/** {@code POST /v2/models/M[/versions/V]/infer}: the body becomes a request, the result a body. */
final class RestInference {
    private static final Logger LOG = Logger.getLogger(RestInference.class);

    private final Inference inference;
    private final Catalog catalog;
    private final WarmUpToken warmUp;

    RestInference(Inference inference, Catalog catalog, WarmUpToken warmUp) {
        this.inference = inference;
        this.catalog = catalog;
        this.warmUp = warmUp;
    }

    /** Reads the body and answers, now or later; on the event loop of the request. */
    void serve(HttpServerRequest request, RestTarget.Infer target) {
        Decoded<String> id = RequestIds.of(request.getHeader(WireNames.HEADER_REQUEST_ID));
        if (id instanceof Decoded.Refused<String> refused) {
            refuse(request.response(), RequestIds.made(), refused.refusal());
            return;
        }
        String requestId = ((Decoded.Valid<String>) id).value();
        Decoded<ContentCoding> named = ContentCoding.named(request.getHeader("Content-Encoding"));
        if (named instanceof Decoded.Refused<ContentCoding> refused) {
            refuse(request.response(), requestId, refused.refusal());
            return;
        }
        ContentCoding coding = ((Decoded.Valid<ContentCoding>) named).value();
        int bytesMax = limits().bodyBytesMax();
        BodyReader.read(request, bytesMax, inference.bodies(), new BodyReader.Listener() {
            @Override
            public void onBody(byte[] bytes, int length, HeldBytes.Share share) {
                Decoded<ContentCoding.Body> plain =
                        coding.decompress(bytes, length, share, bytesMax, inference.noRoom());
                if (plain instanceof Decoded.Refused<ContentCoding.Body> refused) {
                    refuse(request.response(), requestId, refused.refusal());
                } else {
                    run(request, target, requestId, ((Decoded.Valid<ContentCoding.Body>) plain).value());
                }
            }

            @Override
            public void onTooLarge() {
                refuse(
                        request.response(),
                        requestId,
                        Refusal.tooLarge("the body is too large; expected at most " + bytesMax + " bytes"));
            }

            @Override
            public void onNoRoom() {
                refuse(request.response(), requestId, inference.noRoom());
            }

            @Override
            public void onTooSlow() {
                refuse(request.response(), requestId, BodyReader.tooSlow());
            }
        });
    }

    private void run(HttpServerRequest request, RestTarget.Infer target, String requestId, ContentCoding.Body body) {
        Cancellation cancellation = new Cancellation();
        request.response().closeHandler(closed -> cancellation.cancel());
        Arrival arrival = new Arrival(request, requestId, inference.time().nanos(), cancellation);
        Decoded<Integer> json = JsonLength.of(request.getHeader(WireNames.HEADER_JSON_LENGTH), body.length());
        if (json instanceof Decoded.Valid<Integer> length && length.value() == 0) {
            // Without a JSON part only the worker knows what the bytes are.
            Context context = Vertx.currentContext();
            catalog.config(target.name(), target.version())
                    .whenComplete((config, impossible) -> context.runOnContext(known -> infer(
                            arrival,
                            config.then(of -> RawRequest.decode(
                                    target.version(), of.getConfig(), body.bytes(), body.length(), limits())))));
        } else {
            infer(
                    arrival,
                    json.then(length -> InferRequestJson.decode(
                            target.name(), target.version(), body.bytes(), body.length(), length, limits())));
        }
    }

    /** A request whose body is complete. */
    private record Arrival(HttpServerRequest request, String requestId, long nanos, Cancellation cancellation) {}

    private void infer(Arrival arrival, Decoded<ModelInferRequest> decoded) {
        HttpServerRequest request = arrival.request();
        HttpServerResponse response = request.response();
        if (decoded instanceof Decoded.Refused<ModelInferRequest> refused) {
            refuse(response, arrival.requestId(), refused.refusal());
            return;
        }
        InferenceCall call = new InferenceCall(
                arrival.requestId(),
                ((Decoded.Valid<ModelInferRequest>) decoded).value(),
                name -> header(request, name),
                arrival.nanos(),
                0,
                warmUp.kind(request.getHeader(WarmUpToken.HEADER)),
                arrival.cancellation());
        RestAnswers.Wishes wishes = new RestAnswers.Wishes(
                OutputPreferences.of(call.request()), ContentCoding.accepted(request.getHeader("Accept-Encoding")));
        Context context = Vertx.currentContext();
        inference
                .infer(call)
                .whenComplete((result, impossible) -> context.runOnContext(back -> {
                    try {
                        answer(response, result, wishes);
                    } catch (RuntimeException e) {
                        LOG.errorf(e, "requestId=%s reason=INTERNAL the answer could not be written", call.requestId());
                        RestAnswers.refused(response, RestAnswers.FAULT);
                    }
                }));
    }

    private static void answer(HttpServerResponse response, InferenceResult result, RestAnswers.Wishes wishes) {
        if (result instanceof InferenceResult.Served served) {
            RestAnswers.served(response, served, wishes);
        } else if (result instanceof InferenceResult.NotServed notServed) {
            RestAnswers.refused(response, notServed.refusal(), notServed.trace());
        }
    }

    private void refuse(HttpServerResponse response, String requestId, Refusal refusal) {
        RestAnswers.refused(response, inference.unreadable(requestId, refusal).refusal(), Trace.unrouted(requestId));
    }

    private ProtocolLimits limits() {
        return inference.protocolLimits();
    }

    private static String header(HttpServerRequest request, String name) {
        String value = request.getHeader(name);
        return value == null ? "" : value;
    }
}
