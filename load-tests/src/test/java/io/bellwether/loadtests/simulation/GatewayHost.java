package io.bellwether.loadtests.simulation;

/** A gateway over all its runs: its machine and its disk. */
final class GatewayHost {
    private final World world;
    private final Host host;
    private final Disk disk = new Disk();
    private GatewayRun run;

    GatewayHost(World world, Host host) {
        this.world = world;
        this.host = host;
    }

    Host host() {
        return host;
    }

    Disk disk() {
        return disk;
    }

    /** The run of now, or the last one. */
    GatewayRun run() {
        return run;
    }

    void start() {
        host.start();
        run = new GatewayRun(world, host, disk);
        run.start();
    }

    void crash() {
        host.kill();
        world.requests().gatewayDied(host.name());
    }
}
