package io.bellwether.gateway.feedback;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What is known of the requests of the last time, until feedback about them comes. It holds so many requests and waits for so
 * long; the oldest go first. Not thread-safe.
 *
 * <p>A request id counts once. One that a client has used twice is about two requests, so its feedback is about neither.
 *
 * @param <K> what is known of a request
 */
final class FeedbackWindow<K> {
    private final int requestsMax;
    private final long waitMillisMax;
    private final Map<Key, Entry<K>> requests = new LinkedHashMap<>();

    private record Key(String model, String requestId) {}

    private static final class Entry<K> {
        final K known;
        final long answeredAtMillis;
        boolean spent;

        Entry(K known, long answeredAtMillis) {
            this.known = known;
            this.answeredAtMillis = answeredAtMillis;
        }
    }

    /** What comes of feedback. */
    sealed interface Joined<K> {
        /** It is the first about a request that this gateway remembers. */
        record Known<K>(K known) implements Joined<K> {}

        /** It is no evidence. */
        record Refused<K>(Why why) implements Joined<K> {}
    }

    /** Why feedback is no evidence. */
    enum Why {
        /** This gateway does not remember such a request: another one answered it, nothing is awaited, or it is long gone. */
        UNKNOWN,
        /** The request has had its feedback, or its id was used twice. */
        DUPLICATE,
        /** The request was answered too long ago. */
        LATE;

        private final String label = name().toLowerCase(Locale.ROOT);

        /** Value of the metric label. */
        String label() {
            return label;
        }
    }

    FeedbackWindow(int requestsMax, long waitMillisMax) {
        this.requestsMax = requestsMax;
        this.waitMillisMax = waitMillisMax;
    }

    /** A request was answered. */
    void remember(String model, String requestId, K known, long nowMillis) {
        Key key = new Key(model, requestId);
        Entry<K> before = requests.get(key);
        if (before != null) {
            before.spent = true;
            return;
        }
        requests.put(key, new Entry<>(known, nowMillis));
        if (requests.size() > requestsMax) {
            Iterator<Key> oldest = requests.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
    }

    /** Feedback has come. */
    Joined<K> join(String model, String requestId, long nowMillis) {
        Entry<K> entry = requests.get(new Key(model, requestId));
        if (entry == null) {
            return new Joined.Refused<>(Why.UNKNOWN);
        }
        if (entry.spent) {
            return new Joined.Refused<>(Why.DUPLICATE);
        }
        entry.spent = true;
        return nowMillis - entry.answeredAtMillis > waitMillisMax
                ? new Joined.Refused<>(Why.LATE)
                : new Joined.Known<>(entry.known);
    }
}
