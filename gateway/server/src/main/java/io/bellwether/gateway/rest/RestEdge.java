package io.bellwether.gateway.rest;

import io.bellwether.gateway.inference.Catalog;
import io.bellwether.gateway.inference.Inference;
import io.bellwether.gateway.inference.TrafficGate;
import io.bellwether.gateway.inference.WarmUpToken;
import io.bellwether.protocol.Decoded;
import io.bellwether.protocol.MetadataJson;
import io.bellwether.protocol.ModelConfigJson;
import io.bellwether.protocol.Refusal;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * The Open Inference Protocol over HTTP. Everything runs on the event loop of the connection; only the worker's reply
 * comes from elsewhere and is brought back to it.
 */
public final class RestEdge {
    private static final Logger LOG = Logger.getLogger(RestEdge.class);

    private final Catalog catalog;
    private final TrafficGate gate;
    private final RestInference inferences;
    private final RestRepository repository;
    private final RestFeedback feedback;
    private final int pathCharactersMax;

    /**
     * @param warmUp marks requests that the gateway sends to itself
     * @param feedback takes what applications learn later
     */
    public RestEdge(
            Inference inference,
            Catalog catalog,
            TrafficGate gate,
            WarmUpToken warmUp,
            RestFeedback feedback,
            int pathCharactersMax) {
        this.feedback = feedback;
        this.catalog = catalog;
        this.gate = gate;
        this.inferences = new RestInference(inference, catalog, warmUp);
        this.repository = new RestRepository(inference, catalog);
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
            RestAnswers.refused(routing.response(), RestAnswers.FAULT);
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
            inferences.serve(request, infer);
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
            RestAnswers.readiness(response, now, MetadataJson.ready(now));
        } else if (target instanceof RestTarget.Index) {
            repository.index(request);
        } else if (target instanceof RestTarget.Load load) {
            repository.load(request, load.name());
        } else if (target instanceof RestTarget.Unload unload) {
            repository.unload(request, unload.name());
        } else if (target instanceof RestTarget.Feedback about) {
            feedback.take(request, about.name());
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
                    MetadataJson.error(
                            "no such path; those of the Open Inference Protocol begin with v2, then health, models or repository"));
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
        RestAnswers.readiness(response, now, MetadataJson.modelReady(model.name(), now));
    }
}
