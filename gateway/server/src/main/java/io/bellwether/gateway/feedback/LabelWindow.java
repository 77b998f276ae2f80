package io.bellwether.gateway.feedback;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What both versions said to the copied requests of the last time, until their labels come. It holds so many requests and
 * waits for so long; the oldest go first. Not thread-safe.
 *
 * <p>A request id counts once. One that a client has used twice is about two requests, so its label is about neither.
 */
final class LabelWindow {
    private final int requestsMax;
    private final long waitMillisMax;
    private final Map<Key, Entry> requests = new LinkedHashMap<>();

    private record Key(String model, String requestId) {}

    private static final class Entry {
        final Predicted predicted;
        final long answeredAtMillis;
        boolean spent;

        Entry(Predicted predicted, long answeredAtMillis) {
            this.predicted = predicted;
            this.answeredAtMillis = answeredAtMillis;
        }
    }

    /** What comes of a label. */
    sealed interface Joined {
        /** It is the first one of a request that this gateway remembers. */
        record Known(Predicted predicted) implements Joined {}

        /** It is no evidence. */
        record Refused(Why why) implements Joined {}
    }

    /** Why a label is no evidence. */
    enum Why {
        /** This gateway does not remember such a request: another one answered it, it was not copied, or it is long gone. */
        UNKNOWN,
        /** The request has had its label, or its id was used twice. */
        DUPLICATE,
        /** The request was answered too long ago. */
        LATE
    }

    LabelWindow(int requestsMax, long waitMillisMax) {
        this.requestsMax = requestsMax;
        this.waitMillisMax = waitMillisMax;
    }

    /** Both versions have answered. */
    void remember(String model, String requestId, Predicted predicted, long nowMillis) {
        Key key = new Key(model, requestId);
        Entry known = requests.get(key);
        if (known != null) {
            known.spent = true;
            return;
        }
        requests.put(key, new Entry(predicted, nowMillis));
        if (requests.size() > requestsMax) {
            Iterator<Key> oldest = requests.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
    }

    /** A label has come. */
    Joined join(String model, String requestId, long nowMillis) {
        Entry entry = requests.get(new Key(model, requestId));
        if (entry == null) {
            return new Joined.Refused(Why.UNKNOWN);
        }
        if (entry.spent) {
            return new Joined.Refused(Why.DUPLICATE);
        }
        entry.spent = true;
        return nowMillis - entry.answeredAtMillis > waitMillisMax
                ? new Joined.Refused(Why.LATE)
                : new Joined.Known(entry.predicted);
    }
}
