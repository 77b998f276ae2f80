package io.bellwether.worker.lane;

import com.google.protobuf.ByteString;
import io.bellwether.worker.lane.BatchExecution.Member;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which requests of a batch may share a forward when the shapes of a model are open: those that agree in them. Nothing is
 * filled up, because only the program knows what its elements mean.
 */
final class EqualShapes {
    /** Most bytes of inputs in one forward; a request that is larger by itself goes alone. */
    static final long BYTES_MAX = 64L << 20;

    private EqualShapes() {}

    /** A forward under way: its requests and the bytes of their inputs. */
    private static final class Forward {
        private final List<Member> members = new ArrayList<>();
        private long bytes;
    }

    /** The batch in forwards, by the first request of each. */
    static List<List<Member>> forwards(List<Member> batch) {
        if (batch.get(0).call().fitted().itemShapes().isEmpty()) {
            return List.of(batch);
        }
        List<Forward> forwards = new ArrayList<>();
        Map<List<List<Long>>, Forward> open = new HashMap<>();
        for (Member member : batch) {
            FittedRequest fitted = member.call().fitted();
            long bytes = fitted.inputs().stream().mapToLong(ByteString::size).sum();
            Forward forward = open.get(fitted.itemShapes());
            if (forward == null || forward.bytes + bytes > BYTES_MAX) {
                forward = new Forward();
                open.put(fitted.itemShapes(), forward);
                forwards.add(forward);
            }
            forward.members.add(member);
            forward.bytes += bytes;
        }
        return forwards.stream().map(forward -> forward.members).toList();
    }
}
