package io.bellwether.deploy.broker;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.logging.LogManager;

/**
 * The broker process of the standalone launcher: {@code BrokerMain DATA PORT CONTROLLER_PORT}.
 *
 * <p>Stops on SIGTERM and on SIGINT.
 */
public final class BrokerMain {
    private BrokerMain() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 3) {
            System.err.println("usage: BrokerMain DATA PORT CONTROLLER_PORT");
            System.exit(2);
        }
        quietLogs();
        say("starting on port " + arguments[1] + " data=" + arguments[0]);
        var broker = EmbeddedBroker.start(
                Path.of(arguments[0]), Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
        Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "broker-stop"));
        say("ready");
        broker.awaitShutdown();
        say("stopped");
    }

    private static void quietLogs() throws IOException {
        try (InputStream settings = BrokerMain.class.getResourceAsStream("logging.properties")) {
            LogManager.getLogManager().readConfiguration(settings);
        }
    }

    private static void say(String what) {
        System.out.println(Instant.now() + " broker " + what);
    }
}
