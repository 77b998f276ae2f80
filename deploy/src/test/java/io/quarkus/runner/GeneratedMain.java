package io.quarkus.runner;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Stands in for the main class that Quarkus generates, where only the launcher is tested: ready at once, or ends at once when told to. */
public final class GeneratedMain {
    private GeneratedMain() {}

    public static void main(String[] arguments) throws IOException {
        if (Boolean.getBoolean("stub.fails")) {
            System.out.println("the stub was told to fail");
            System.exit(3);
        }
        var address =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.getInteger("quarkus.management.port"));
        var server = HttpServer.create(address, 0);
        server.createContext("/health/ready", exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
        System.out.println("the stub is ready");
    }
}
