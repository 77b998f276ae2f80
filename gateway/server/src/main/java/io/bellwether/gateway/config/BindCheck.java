package io.bellwether.gateway.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Refuses addresses beyond loopback, because nothing authenticates callers yet. */
public final class BindCheck {
    private BindCheck() {}

    /**
     * @param hostsByProperty configured address by the name of its property
     * @param allowed the operator's word that it is wanted
     * @return what is wrong, with the fix; empty when nothing is
     */
    public static List<String> problems(Map<String, String> hostsByProperty, boolean allowed) {
        List<String> problems = new ArrayList<>();
        if (!allowed) {
            hostsByProperty.forEach((property, host) -> {
                if (!isLoopback(host)) {
                    problems.add(property + "=" + host + " is reachable from other machines and nothing authenticates"
                            + " callers; use 127.0.0.1, or set"
                            + " gateway.insecure-allow-unauthenticated-remote-access=true if the network in front of it"
                            + " is trusted");
                }
            });
        }
        return problems;
    }

    private static boolean isLoopback(String host) {
        if (host.isBlank()) {
            return false;
        }
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
