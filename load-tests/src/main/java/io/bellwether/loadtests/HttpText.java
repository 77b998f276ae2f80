package io.bellwether.loadtests;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Reads what the platform tells of itself by HTTP. */
final class HttpText {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final int OK = 200;
    private static final Duration WAIT = Duration.ofSeconds(10);

    private HttpText() {}

    /**
     * @param what is asked for, as in {@code metrics}
     * @param remedy what to do when nobody answers
     */
    static HttpResponse<String> get(URI uri, String what, String remedy) throws LoadProblem {
        try {
            return CLIENT.send(HttpRequest.newBuilder(uri).timeout(WAIT).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new LoadProblem("no " + what + " at " + uri + "; " + remedy, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LoadProblem("stopped while reading " + uri, e);
        }
    }

    /** Whether somebody answers there, and with 200. */
    static boolean answersWell(URI uri) {
        try {
            return get(uri, "answer", "").statusCode() == OK;
        } catch (LoadProblem nobody) {
            return false;
        }
    }
}
