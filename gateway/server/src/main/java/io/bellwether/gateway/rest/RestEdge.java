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
import io.bellwether.gateway.inference.TrafficGate;
import io.bellwether.gateway.inference.WarmUpToken;
import io.bellwether.protocol.Decoded;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.InferRequestJson;
import io.bellwether.protocol.MetadataJson;
import io.bellwether.protocol.ModelConfigJson;
import io.bellwether.protocol.OutputPreferences;
import io.bellwether.protocol.Refusal;
import io.bellwether.protocol.WireNames;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.DecodeException;
import io.vertx.ext.web.Router;
import java.util.Arrays;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * The Open Inference Protocol over HTTP. Everything runs on the event loop of the connection; only the worker's reply
 * comes from elsewhere and is brought back to it.
 */
public final class RestEdge {
    private static final Logger LOG = Logger.getLogger(RestEdge.class);
    private static final int INDEX_BODY_BYTES_MAX = 4096;
    private static final Refusal FAULT =
            new Refusal(FailureReason.INTERNAL, "the gateway could not answer because of a fault of its own");

    private final Inference inference;
    private final Catalog catalog;
    private final TrafficGate gate;
    private final WarmUpToken warmUp;
    private final int pathCharactersMax;

    /**
     * @param warmUp marks requests that the gateway sends to itself
     */
    public RestEdge(Inference inference, Catalog catalog, TrafficGate gate, WarmUpToken warmUp, int pathCharactersMax) {
        this.inference = inference;
        this.catalog = catalog;
        this.gate = gate;
        this.warmUp = warmUp;
        this.pathCharactersMax = pathCharactersMax;
    }

    /** Takes every path of the router, known or not, so that every answer has the form of the protocol. */
    public void mount(Router router) {
        router.route().handler(routing -> handle(routing.request())).failureHandler(routing -> {
            if (routing.failure() == null) {
                // The router itself has refused it: what the client asks for does not begin with a slash.
                answer(routing.request(), new RestTarget.Unknown());
                return;
            }
            LOG.error("reason=INTERNAL a request failed in the REST edge", routing.failure());
            RestAnswers.refused(routing.response(), FAULT);
        });
    }

    private void handle(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        String path = request.path();
        if (path == null || path.length() > pathCharactersMax) {
            RestAnswers.refused(
                    response,
                    Refusal.tooLarge("the path is too long; expected at most " + pathCharactersMax + " characters"));
            return;
        }
        Decoded<RestTarget> target = RestTarget.of(request.method().name(), path);
        if (target instanceof Decoded.Refused<RestTarget> refused) {
            RestAnswers.refused(response, refused.refusal());
            return;
        }
        answer(request, ((Decoded.Valid<RestTarget>) target).value());
    }

    private void answer(HttpServerRequest request, RestTarget target) {
        HttpServerResponse response = request.response();
        if (target instanceof RestTarget.Infer infer) {
            infer(request, infer);
        } else if (target instanceof RestTarget.Model model) {
            describe(response, catalog.metadata(model.name(), model.version()), MetadataJson::model);
        } else if (target instanceof RestTarget.Config config) {
            describe(response, catalog.config(config.name(), config.version()), ModelConfigJson::config);
        } else if (target instanceof RestTarget.Stats stats) {
            describe(response, catalog.statistics(stats.name(), stats.version()), ModelConfigJson::statistics);
        } else if (target instanceof RestTarget.ModelReady modelReady) {
            modelReady(response, modelReady);
        } else if (target instanceof RestTarget.Server) {
            RestAnswers.json(response, RestStatus.OK, MetadataJson.server(catalog.server()));
        } else if (target instanceof RestTarget.Live) {
            RestAnswers.json(response, RestStatus.OK, MetadataJson.live(true));
        } else if (target instanceof RestTarget.Ready) {
            boolean now = gate.isReady();
            RestAnswers.json(response, now ? RestStatus.OK : RestStatus.NOT_READY, MetadataJson.ready(now));
        } else if (target instanceof RestTarget.Index) {
            index(request);
        } else if (target instanceof RestTarget.WrongMethod wrong) {
            response.putHeader("Allow", wrong.allowed());
            RestAnswers.json(
                    response,
                    RestStatus.WRONG_METHOD,
                    MetadataJson.error("Method Not Allowed; expected " + wrong.allowed()));
        } else if (target instanceof RestTarget.NotOffered part) {
            RestAnswers.refused(response, Refusal.unsupported("this server does not offer " + part.what()));
        } else {
            RestAnswers.json(
                    response,
                    RestStatus.UNKNOWN_PATH,
                    MetadataJson.error("no such path; paths of the Open Inference Protocol begin with v2"));
        }
    }

    private void infer(HttpServerRequest request, RestTarget.Infer infer) {
        HttpServerResponse response = request.response();
        Decoded<String> id = RequestIds.of(request.getHeader(WireNames.HEADER_REQUEST_ID));
        if (id instanceof Decoded.Refused<String> refused) {
            unreadable(response, RequestIds.made(), refused.refusal());
            return;
        }
        String requestId = ((Decoded.Valid<String>) id).value();
        Decoded<ContentCoding> named = ContentCoding.named(request.getHeader("Content-Encoding"));
        if (named instanceof Decoded.Refused<ContentCoding> refused) {
            unreadable(response, requestId, refused.refusal());
            return;
        }
        ContentCoding coding = ((Decoded.Valid<ContentCoding>) named).value();
        int bytesMax = inference.protocolLimits().bodyBytesMax();
        BodyReader.read(request, bytesMax, inference.bodies(), new BodyReader.Listener() {
            @Override
            public void onBody(byte[] bytes, int length, HeldBytes.Share share) {
                Decoded<ContentCoding.Body> plain =
                        coding.decompress(bytes, length, share, bytesMax, inference.noRoom());
                if (plain instanceof Decoded.Refused<ContentCoding.Body> refused) {
                    unreadable(response, requestId, refused.refusal());
                } else {
                    read(request, infer, requestId, ((Decoded.Valid<ContentCoding.Body>) plain).value());
                }
            }

            @Override
            public void onTooLarge() {
                unreadable(
                        response,
                        requestId,
                        Refusal.tooLarge("the body is too large; expected at most " + bytesMax + " bytes"));
            }

            @Override
            public void onNoRoom() {
                unreadable(response, requestId, inference.noRoom());
            }
        });
    }

    private void read(HttpServerRequest request, RestTarget.Infer infer, String requestId, ContentCoding.Body body) {
        long arrivedNanos = inference.time().nanos();
        HttpServerResponse response = request.response();
        Decoded<ModelInferRequest> decoded = JsonLength.of(
                        request.getHeader(WireNames.HEADER_JSON_LENGTH), body.length())
                .then(jsonLength -> InferRequestJson.decode(
                        infer.name(),
                        infer.version(),
                        body.bytes(),
                        body.length(),
                        jsonLength,
                        inference.protocolLimits()));
        if (decoded instanceof Decoded.Refused<ModelInferRequest> refused) {
            unreadable(response, requestId, refused.refusal());
            return;
        }
        ModelInferRequest readRequest = ((Decoded.Valid<ModelInferRequest>) decoded).value();
        Cancellation cancellation = new Cancellation();
        response.closeHandler(closed -> cancellation.cancel());
        InferenceCall call = new InferenceCall(
                requestId,
                readRequest,
                name -> {
                    String value = request.getHeader(name);
                    return value == null ? "" : value;
                },
                arrivedNanos,
                0,
                warmUp.marks(request.getHeader(WarmUpToken.HEADER)),
                cancellation);
        RestAnswers.Wishes wishes = new RestAnswers.Wishes(
                OutputPreferences.of(readRequest), ContentCoding.accepted(request.getHeader("Accept-Encoding")));
        Context context = Vertx.currentContext();
        inference
                .infer(call)
                .whenComplete((result, impossible) -> context.runOnContext(back -> {
                    try {
                        answer(response, result, wishes);
                    } catch (RuntimeException e) {
                        LOG.errorf(e, "requestId=%s reason=INTERNAL the answer could not be written", requestId);
                        RestAnswers.refused(response, FAULT);
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

    private void unreadable(HttpServerResponse response, String requestId, Refusal refusal) {
        RestAnswers.refused(response, inference.unreadable(requestId, refusal).refusal(), Trace.unrouted(requestId));
    }

    private void index(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        BodyReader.read(request, INDEX_BODY_BYTES_MAX, inference.bodies(), new BodyReader.Listener() {
            @Override
            public void onBody(byte[] bytes, int length, HeldBytes.Share share) {
                boolean readyOnly = readyOnly(Buffer.buffer(Arrays.copyOf(bytes, length)));
                RestAnswers.json(response, RestStatus.OK, MetadataJson.repositoryIndex(catalog.index(readyOnly)));
            }

            @Override
            public void onTooLarge() {
                RestAnswers.refused(response, Refusal.tooLarge("the body of an index request is too large"));
            }

            @Override
            public void onNoRoom() {
                RestAnswers.refused(response, inference.noRoom());
            }
        });
    }

    /** The body may be absent or anything; only {@code {"ready": true}} changes the answer. */
    private static boolean readyOnly(Buffer body) {
        try {
            return body.length() > 0 && Boolean.TRUE.equals(body.toJsonObject().getValue("ready"));
        } catch (DecodeException | ClassCastException e) {
            return false;
        }
    }

    private static <A> void describe(
            HttpServerResponse response, CompletionStage<Decoded<A>> answer, Function<A, byte[]> json) {
        Context context = Vertx.currentContext();
        answer.whenComplete((decoded, impossible) -> context.runOnContext(back -> {
            if (decoded instanceof Decoded.Refused<A> refused) {
                RestAnswers.refused(response, refused.refusal());
            } else if (decoded instanceof Decoded.Valid<A> valid) {
                RestAnswers.json(response, RestStatus.OK, json.apply(valid.value()));
            }
        }));
    }

    private void modelReady(HttpServerResponse response, RestTarget.ModelReady model) {
        Decoded<Boolean> known = catalog.ready(model.name(), model.version());
        if (known instanceof Decoded.Refused<Boolean> refused) {
            RestAnswers.refused(response, refused.refusal());
            return;
        }
        boolean now = ((Decoded.Valid<Boolean>) known).value();
        RestAnswers.json(
                response, now ? RestStatus.OK : RestStatus.NOT_READY, MetadataJson.modelReady(model.name(), now));
    }
}
