package io.bellwether.gateway.openai;

import io.bellwether.gateway.call.HeldBytes;
import io.bellwether.gateway.http.BodyReader;
import io.bellwether.gateway.http.PathSegment;
import io.bellwether.gateway.inference.Catalog;
import io.bellwether.gateway.inference.Inference;
import io.bellwether.gateway.inference.InferenceResult.Trace;
import io.bellwether.gateway.inference.RequestIds;
import io.bellwether.protocol.Decoded;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.Refusal;
import io.bellwether.protocol.WireNames;
import io.bellwether.protocol.oip.ModelMetadataResponse;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jboss.logging.Logger;

/**
 * {@code POST /v1/embeddings} and {@code GET /v1/models}: an application that speaks the OpenAI API moves over by changing
 * its base URL. A key that it sends is ignored. Everything runs on the event loop of the connection.
 */
public final class OpenAiEdge {
    private static final Logger LOG = Logger.getLogger(OpenAiEdge.class);
    private static final String MODELS = "/v1/models/";
    private static final Refusal FAULT =
            new Refusal(FailureReason.INTERNAL, "the gateway could not answer because of a fault of its own");

    private final Inference inference;
    private final Catalog catalog;
    private final long budgetNanos;

    /**
     * @param budgetNanos time for one request, all its texts together
     */
    public OpenAiEdge(Inference inference, Catalog catalog, long budgetNanos) {
        this.inference = inference;
        this.catalog = catalog;
        this.budgetNanos = budgetNanos;
    }

    /**
     * Takes every path below {@code /v1} and leaves the rest to the next handler. A path pattern of the router would not do:
     * it decodes each path, and answers one that cannot be decoded by itself and without a body.
     */
    public void mount(Router router) {
        router.route()
                .handler(routing -> {
                    if (isOurs(routing.request())) {
                        handle(routing.request());
                    } else {
                        routing.next();
                    }
                })
                .failureHandler(routing -> {
                    if (!isOurs(routing.request())) {
                        routing.next();
                        return;
                    }
                    LOG.error("reason=INTERNAL a request failed in the OpenAI edge", routing.failure());
                    OpenAiAnswers.refused(routing.response(), FAULT);
                });
    }

    private static boolean isOurs(HttpServerRequest request) {
        return String.valueOf(request.path()).startsWith("/v1/");
    }

    private void handle(HttpServerRequest request) {
        String method = request.method().name();
        String path = String.valueOf(request.path());
        if (path.equals("/v1/embeddings")) {
            only("POST", method, request, () -> embeddings(request));
        } else if (path.equals("/v1/models")) {
            only("GET", method, request, () -> models(request.response()));
        } else if (path.startsWith(MODELS)) {
            only("GET", method, request, () -> model(request.response(), path.substring(MODELS.length())));
        } else {
            OpenAiAnswers.error(
                    request.response(),
                    OpenAiStatus.UNKNOWN_PATH,
                    "no such path; offered are POST /v1/embeddings, GET /v1/models and GET /v1/models/MODEL",
                    "not_found");
        }
    }

    private static void only(String allowed, String method, HttpServerRequest request, Runnable then) {
        if (method.equals(allowed)) {
            then.run();
            return;
        }
        request.response().putHeader("Allow", allowed);
        OpenAiAnswers.error(
                request.response(),
                OpenAiStatus.WRONG_METHOD,
                "method not allowed; expected " + allowed,
                "method_not_allowed");
    }

    private void embeddings(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        Decoded<String> id = RequestIds.of(request.getHeader(WireNames.HEADER_REQUEST_ID));
        if (id instanceof Decoded.Refused<String> refused) {
            unreadable(response, RequestIds.made(), refused.refusal());
            return;
        }
        String requestId = ((Decoded.Valid<String>) id).value();
        int bytesMax = inference.protocolLimits().bodyBytesMax();
        BodyReader.read(request, bytesMax, inference.bodies(), new BodyReader.Listener() {
            @Override
            public void onBody(byte[] bytes, int length, HeldBytes.Share share) {
                read(request, requestId, bytes, length);
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

            @Override
            public void onTooSlow() {
                unreadable(response, requestId, BodyReader.tooSlow());
            }
        });
    }

    private void read(HttpServerRequest request, String requestId, byte[] body, int length) {
        HttpServerResponse response = request.response();
        Decoded<EmbeddingRequest> decoded =
                EmbeddingRequest.read(body, length, inference.protocolLimits().bytesElementMax());
        if (decoded instanceof Decoded.Refused<EmbeddingRequest> refused) {
            unreadable(response, requestId, refused.refusal());
            return;
        }
        EmbeddingRequest asked = ((Decoded.Valid<EmbeddingRequest>) decoded).value();
        EmbeddingRun run = new EmbeddingRun(
                inference,
                new EmbeddingRun.Call(
                        requestId,
                        asked,
                        name -> {
                            String value = request.getHeader(name);
                            return value == null ? "" : value;
                        },
                        inference.time().nanos(),
                        budgetNanos));
        response.closeHandler(closed -> run.cancel());
        Context context = Vertx.currentContext();
        run.start()
                .whenComplete((result, impossible) -> context.runOnContext(back -> {
                    if (result instanceof EmbeddingRun.Embedded embedded) {
                        OpenAiAnswers.embedded(response, asked, embedded);
                    } else if (result instanceof EmbeddingRun.NotEmbedded not) {
                        OpenAiAnswers.refused(response, not.refusal(), not.trace());
                    }
                }));
    }

    private void unreadable(HttpServerResponse response, String requestId, Refusal refusal) {
        inference.unreadable(requestId, refusal);
        OpenAiAnswers.refused(response, refusal, Trace.unrouted(requestId));
    }

    private void models(HttpServerResponse response) {
        Context context = Vertx.currentContext();
        CompletionStage<List<String>> found = CompletableFuture.completedFuture(new ArrayList<>());
        TreeSet<String> names = new TreeSet<>();
        catalog.index(true).getModelsList().forEach(one -> names.add(one.getName()));
        if (names.isEmpty() && catalog.index(false).getModelsCount() > 0) {
            // An empty list would say that there is no model, for instance while the only worker starts again.
            OpenAiAnswers.refused(response, new Refusal(FailureReason.NOT_READY, "no model is ready; try again"));
            return;
        }
        for (String name : names) {
            found = found.thenCombine(catalog.metadata(name, ""), (all, metadata) -> {
                if (embeds(metadata)) {
                    all.add(name);
                }
                return all;
            });
        }
        found.whenComplete((all, impossible) -> context.runOnContext(back -> OpenAiAnswers.models(response, all)));
    }

    private void model(HttpServerResponse response, String segment) {
        Decoded<String> name = PathSegment.decode(segment);
        if (name instanceof Decoded.Refused<String> refused) {
            OpenAiAnswers.refused(response, refused.refusal());
            return;
        }
        String model = ((Decoded.Valid<String>) name).value();
        Context context = Vertx.currentContext();
        catalog.metadata(model, "")
                .whenComplete((metadata, impossible) -> context.runOnContext(back -> {
                    if (metadata instanceof Decoded.Refused<ModelMetadataResponse> refused) {
                        OpenAiAnswers.refused(response, refused.refusal());
                    } else if (embeds(metadata)) {
                        OpenAiAnswers.model(response, model);
                    } else {
                        OpenAiAnswers.refused(response, Refusal.unknownModel(model));
                    }
                }));
    }

    /** Whether a model takes text and gives vectors. */
    private static boolean embeds(Decoded<ModelMetadataResponse> metadata) {
        return metadata instanceof Decoded.Valid<ModelMetadataResponse> valid && EmbeddingRun.fits(valid.value());
    }
}
