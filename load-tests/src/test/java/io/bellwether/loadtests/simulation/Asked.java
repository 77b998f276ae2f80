package io.bellwether.loadtests.simulation;

import java.util.Set;

/** A request that a gateway was asked, and what the gateway knew then. */
final class Asked {
    private final long number;
    private final String model;
    private final String user;
    private final Known known;
    private int outcomes;

    /**
     * What a gateway knew when it was asked.
     *
     * @param gateway its name
     * @param run of the gateway
     * @param atNanos of virtual time
     * @param kills rollouts of which it knew that they were killed
     * @param readyVersions of the model
     */
    record Known(String gateway, int run, long atNanos, Set<String> kills, Set<String> readyVersions) {}

    Asked(long number, String model, String user, Known known) {
        this.number = number;
        this.model = model;
        this.user = user;
        this.known = known;
    }

    /** Of the request; no other one has it. */
    long number() {
        return number;
    }

    String id() {
        return "q" + number;
    }

    String model() {
        return model;
    }

    /** Whose request it is: the sticky key where the split is by client. */
    String user() {
        return user;
    }

    Known known() {
        return known;
    }

    /** @return how many outcomes it has now */
    int end() {
        outcomes++;
        return outcomes;
    }

    boolean isOpen() {
        return outcomes == 0;
    }
}
