package io.bellwether.monitoring.evaluation;

/**
 * What counts as one observation of an arm.
 *
 * <p><b>A request</b>, where each request is assigned by itself.
 *
 * <p><b>A client</b>, where the split is by client. All requests of a client share its arm, so they are one draw of the
 * split and give one observation a rollout: the client's first compared request, as one gateway's memory of clients saw it.
 * Which request that is was decided when it arrived, so it does not depend on what became of it.
 *
 * <p><b>Several memories</b> may each call the same client new: those of two gateways, or of one that was started again. So
 * each memory has an evidence of its own, with a part of the error budget of its own: 3/4, 3/16, 3/64 and 1/64 in the order
 * in which they appear, and later ones none. <b>Why that is valid:</b> within one memory every client counts at most once
 * and its arm is a coin that nothing else depends on, so each evidence is an e-process of its own past. By Ville's
 * inequality it ever exceeds {@code 1/(s alpha)} with a chance of at most {@code s alpha}; these chances add up to
 * {@code alpha} whatever the memories have in common. The same holds for safety and beta. The average of the e-values would
 * need more: an e-process of one memory's past need not be one in the light of what another memory saw of the same clients
 * (Choe and Ramdas, "Combining evidence across filtrations using adjusters", 2024), and whoever acts looks at all of them.
 */
public sealed interface Unit {
    /** Each request. */
    Unit REQUEST = new Request();

    /** Clients of each arm below which nothing is judged. */
    long CLIENTS_MIN = 200;

    /** Memories of clients that have an evidence. */
    int MEMORIES_MAX = 4;

    /** Both answers to a request that was copied for a shadow. */
    Unit PAIR = new Pair();

    /** Part of the error budget that the evidence may spend. */
    double budgetShare();

    /** In verdicts. */
    String label();

    /** In sentences. */
    String plural();

    /** Observations of each arm below which nothing is judged. */
    long least();

    /** Requests that were assigned one by one. */
    record Request() implements Unit {
        @Override
        public double budgetShare() {
            return 1;
        }

        @Override
        public String label() {
            return "request";
        }

        @Override
        public String plural() {
            return "requests";
        }

        @Override
        public long least() {
            return 0;
        }
    }

    /** Both answers to a copied request. */
    record Pair() implements Unit {
        @Override
        public double budgetShare() {
            return 1;
        }

        @Override
        public String label() {
            return "pair";
        }

        @Override
        public String plural() {
            return "pairs";
        }

        @Override
        public long least() {
            return 0;
        }
    }

    /**
     * Clients, by their first requests.
     *
     * @param memory which of the memories of clients: 0 for the first that appeared
     */
    record Client(int memory) implements Unit {
        private static final double PART = 0.75;

        public Client {
            if (memory < 0 || memory >= MEMORIES_MAX) {
                throw new IllegalArgumentException(
                        "only the first " + MEMORIES_MAX + " memories have an evidence, asked for number " + memory);
            }
        }

        /** Three quarters of what the memories before have left; the last one gets the rest. */
        @Override
        public double budgetShare() {
            double left = Math.pow(1 - PART, memory);
            return memory == MEMORIES_MAX - 1 ? left : PART * left;
        }

        @Override
        public String label() {
            return "client";
        }

        @Override
        public String plural() {
            return "clients";
        }

        @Override
        public long least() {
            return CLIENTS_MIN;
        }
    }
}
