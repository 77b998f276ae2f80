package io.bellwether.deploy.chaos;

import io.bellwether.deploy.platform.Role;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Something bad that happens to one process, and the errors that clients may see of it.
 *
 * @param victim name of the process; {@code leader} is the broker that leads the control log
 * @param kind what happens
 * @param errorsMax that clients may see of it
 */
record Fault(String victim, Kind kind, int errorsMax) {
    /** What happens to a process. */
    enum Kind {
        KILL,
        FREEZE,
        PARTITION,
        ONE_WAY,
        CUT,
        SLOW,
        RESTART,
        DISK_FULL
    }

    String name() {
        return victim + " " + kind;
    }

    /** Gateways whose clients may see it: the victim, or all when something behind them fails. */
    Set<Integer> gateways() {
        return victim.startsWith("gateway-")
                ? Set.of(victim.charAt(victim.length() - 1) - '1')
                : IntStream.range(0, Cluster.GATEWAYS).boxed().collect(Collectors.toSet());
    }

    void begin(World world, Node node) throws Exception {
        switch (kind) {
            case KILL -> node.kill();
            case FREEZE -> node.freeze();
            case PARTITION -> set(world, node, LinkMode.SILENT);
            case ONE_WAY -> set(world, node, LinkMode.DEAF);
            case CUT -> world.cluster.links(node.name()).forEach(FaultProxy.Link::cut);
            case SLOW -> set(world, node, new LinkMode.Slow(40, 200_000));
            case RESTART -> node.stop();
            case DISK_FULL -> SmallDisk.fill(node);
        }
    }

    void heal(World world, Node node) throws Exception {
        switch (kind) {
            case KILL, RESTART -> node.start();
            case FREEZE -> node.thaw();
            case PARTITION, ONE_WAY, SLOW -> set(world, node, LinkMode.PASS);
            case CUT -> {
                // nothing is left of it
            }
            case DISK_FULL -> {
                SmallDisk.empty(node);
                if (node.role() == Role.KAFKA) {
                    // a broker gives a disk up that failed it; somebody has to start it again
                    node.kill();
                    node.start();
                }
            }
        }
    }

    private static void set(World world, Node node, LinkMode mode) {
        world.cluster.links(node.name()).forEach(link -> link.set(mode));
    }
}
