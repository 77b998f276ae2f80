package io.bellwether.deploy.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** English sentences for a model of embeddings, one a request. */
final class Sentences {
    private final Client client;
    private final String model;
    private final List<String> all;

    Sentences(Client client, String model) throws IOException {
        this.client = client;
        this.model = model;
        this.all = Files.readAllLines(Path.of("samples/data/sentences.txt"));
    }

    /** Asks for the vector of one of them, and says the status. */
    CompletableFuture<String> ask(long number) {
        String text = all.get((int) (number % all.size()));
        String body =
                "{\"inputs\":[{\"name\":\"text\",\"datatype\":\"BYTES\",\"shape\":[1],\"data\":[\"" + text + "\"]}]}";
        return client.inferLater("/models/" + model + "/infer", body)
                .thenApply(answer -> Integer.toString(answer.statusCode()));
    }
}
