package io.bellwether.deploy;

import java.util.TreeMap;

/** Stands in for a program that the script hands over to: says with what arguments and addresses. */
public final class EchoApplication {
    private EchoApplication() {}

    public static void main(String[] arguments) {
        System.out.println(String.join(" ", arguments));
        new TreeMap<>(System.getenv()).forEach((name, value) -> {
            if (name.startsWith("BELLWETHER_")) {
                System.out.println(name + "=" + value);
            }
        });
    }
}
