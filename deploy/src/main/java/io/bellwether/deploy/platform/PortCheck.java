package io.bellwether.deploy.platform;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** Finds out before the start whether the ports are to be had, and says what to do when not. */
public final class PortCheck {
    private PortCheck() {}

    /** One sentence for each port that is taken or asked for twice, none when all is well. */
    public static List<String> complaints(Settings settings) {
        var complaints = new ArrayList<String>();
        var seen = new HashSet<Integer>();
        for (var port : Port.values()) {
            int number = settings.port(port);
            if (number < 1 || number > 65_535) {
                complaints.add(sentence(port, number, "is not between 1 and 65535"));
            } else if (!seen.add(number)) {
                complaints.add(sentence(port, number, "is asked for twice"));
            } else if (isTaken(number)) {
                complaints.add(sentence(port, number, "is taken by another process"));
            }
        }
        return complaints;
    }

    private static String sentence(Port port, int number, String problem) {
        return "Port " + number + ", wanted by " + port.role().label() + " for " + port.purpose() + ", " + problem
                + ". Free it, or choose another with " + port.option() + " PORT or " + port.environment() + "=PORT.";
    }

    private static boolean isTaken(int number) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), number));
            return false;
        } catch (IOException e) {
            return true;
        }
    }
}
