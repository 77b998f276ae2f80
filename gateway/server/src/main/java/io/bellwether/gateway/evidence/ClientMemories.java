package io.bellwether.gateway.evidence;

import io.bellwether.protocol.ClientMark;
import io.bellwether.routing.ComparedClient;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The clients that were seen of the rollouts that are split by client. The first compared request of a client speaks for it;
 * which one that is, is decided when the request arrives, before anything is known of its outcome.
 *
 * <p>What is forgotten is never taken for new: a memory that is lost, because this process ended or there was no room, is
 * followed by one with another id, and monitoring gives each id an evidence of its own. Clients leave this process as marks
 * only, see {@link ClientMark}. Any thread may call.
 */
public final class ClientMemories {
    private final int memoriesMax;
    private final LongSupplier ids;
    private final Supplier<Set<String>> liveRollouts;
    private final Map<String, ClientMemory> memories = new ConcurrentHashMap<>();
    private final Object creation = new Object();

    /**
     * @param memoriesMax rollouts that are remembered at once, of 1 MiB each; the clients of others have no mark
     * @param ids random numbers; drawn once for each memory
     * @param liveRollouts ids of the rollouts that go on now; must not block, and must know every rollout that requests were
     *     routed by
     */
    public ClientMemories(int memoriesMax, LongSupplier ids, Supplier<Set<String>> liveRollouts) {
        this.memoriesMax = memoriesMax;
        this.ids = ids;
        this.liveRollouts = liveRollouts;
    }

    /** Remembers nobody: for requests that are no evidence. */
    public static ClientMemories none() {
        return new ClientMemories(0, () -> 1, Set::of);
    }

    /** What a request says of its client; from now on the client is known. */
    public ClientMark mark(ComparedClient client) {
        ClientMemory known = memories.get(client.rolloutId());
        ClientMemory memory = known == null ? create(client.rolloutId()) : known;
        return memory == null ? ClientMark.NONE : new ClientMark(memory.id(), memory.isFirst(client.hash()));
    }

    /** Forgets the clients of rollouts that have ended. */
    public void forgetEnded() {
        // Asked while nothing can be created: a rollout whose memory is here already is then among the live ones.
        synchronized (creation) {
            memories.keySet().retainAll(liveRollouts.get());
        }
    }

    private @Nullable ClientMemory create(String rolloutId) {
        synchronized (creation) {
            ClientMemory before = memories.get(rolloutId);
            if (before != null || memories.size() >= memoriesMax) {
                return before;
            }
            ClientMemory created = new ClientMemory(newId());
            memories.put(rolloutId, created);
            return created;
        }
    }

    private long newId() {
        long id = ids.getAsLong();
        return id == 0 ? 1 : id;
    }
}
