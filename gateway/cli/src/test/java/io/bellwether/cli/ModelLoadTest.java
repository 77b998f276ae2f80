package io.bellwether.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.bellwether.cli.Shell.Ran;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Loading and unloading models, against something that answers like a gateway's REST port. */
class ModelLoadTest {

    private FakeControlApi gateway;

    @BeforeEach
    void start() throws IOException {
        gateway = new FakeControlApi();
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @ParameterizedTest
    @CsvSource({"load, my model is loaded;", "unload, my model is unloaded;"})
    void aModelIsChangedAndThatIsSaid(String verb, String words) {
        // Given
        gateway.alwaysAnswer(200, "");

        // When
        Ran ran = run(verb, "my model", "--rest", gateway.url());

        // Then
        assertThat(ran.err()).isEmpty();
        assertThat(ran.code()).isZero();
        assertThat(ran.out()).startsWith(words);
        assertThat(gateway.last())
                .isEqualTo(new FakeControlApi.Asked(
                        "POST", "/v2/repository/models/my%20model/" + verb, JsonNodeFactory.instance.objectNode()));
    }

    @Test
    void anAddressNeedsNoScheme() {
        // Given
        gateway.alwaysAnswer(200, "");

        // When
        Ran ran = run("load", "m", "--rest", gateway.url().replace("http://", ""), "--output", "json");

        // Then
        assertThat(ran.code()).isZero();
        assertThat(ran.out()).isEqualToIgnoringNewLines("{ }");
    }

    @Test
    void aRefusalIsShownInTheGatewaysWords() {
        // Given
        gateway.alwaysAnswer(400, "{\"error\":\"load failed for model 'm': version 2: model.pt is missing\"}");

        // When
        Ran refused = run("load", "m", "--rest", gateway.url());
        gateway.alwaysAnswer(501, "{\"error\":\"loading is switched off\"}");
        Ran off = run("unload", "m", "--rest", gateway.url());
        gateway.alwaysAnswer(503, "{\"error\":\"no worker is reachable; try again\"}");
        Ran away = run("load", "m", "--rest", gateway.url());

        // Then
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err())
                .isEqualToIgnoringNewLines("bellwether: load failed for model 'm': version 2: model.pt is missing");
        assertThat(off.err()).isEqualToIgnoringNewLines("bellwether: loading is switched off");
        assertThat(away.err()).contains("no worker is reachable", "whether the model has changed is not known");
    }

    @Test
    void whatIsNoGatewayIsNotTakenForOne() {
        // Given
        gateway.alwaysAnswer(404, "<html>");

        // When
        Ran ran = run("load", "m", "--rest", gateway.url());

        // Then
        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.err()).contains("is not a REST port (HTTP status 404)", "usually port 8000", "--rest");
    }

    @ParameterizedTest
    @CsvSource({"ftp://h", "http://", "':'", "'a b'"})
    void aWrongAddressIsAWrongCommandLine(String address) {
        // When
        Ran ran = run("load", "m", "--rest", address);

        // Then
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err()).contains("expected something like 127.0.0.1:8000");
        assertThat(gateway.asked()).isEmpty();
    }

    private static Ran run(String... arguments) {
        String[] whole = new String[arguments.length + 1];
        whole[0] = "model";
        System.arraycopy(arguments, 0, whole, 1, arguments.length);
        return Shell.run(whole);
    }
}
