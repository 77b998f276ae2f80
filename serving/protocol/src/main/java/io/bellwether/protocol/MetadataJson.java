package io.bellwether.protocol;

import io.bellwether.protocol.oip.ModelMetadataResponse;
import io.bellwether.protocol.oip.RepositoryIndexResponse;
import io.bellwether.protocol.oip.ServerMetadataResponse;

/** Writes the small JSON bodies of the REST edge, as UTF-8. */
public final class MetadataJson {
    private MetadataJson() {}

    /** Body of {@code GET /v2}. */
    public static byte[] server(ServerMetadataResponse metadata) {
        return new byte[0];
    }

    /** Body of {@code GET /v2/models/M[/versions/V]}. */
    public static byte[] model(ModelMetadataResponse metadata) {
        return new byte[0];
    }

    /** Body of {@code GET /v2/models/M[/versions/V]/ready}. */
    public static byte[] modelReady(String model, boolean ready) {
        return new byte[0];
    }

    /** Body of {@code GET /v2/health/live}. */
    public static byte[] live(boolean live) {
        return new byte[0];
    }

    /** Body of {@code GET /v2/health/ready}. */
    public static byte[] ready(boolean ready) {
        return new byte[0];
    }

    /** Body of {@code POST /v2/repository/index}. */
    public static byte[] repositoryIndex(RepositoryIndexResponse index) {
        return new byte[0];
    }

    /** Body of every answer that is an error. */
    public static byte[] error(String message) {
        return new byte[0];
    }
}
