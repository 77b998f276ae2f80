package io.bellwether.gateway.worker;

import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * Which workers there are: those that the configuration names by address, and those behind its DNS names, asked for again
 * and again. A name that cannot be resolved keeps the addresses it had: a name server that is away takes nobody out of
 * service. A worker whose address is gone gets no more requests; its link closes when it has answered what it had, or
 * after {@value #LEAVING_SECONDS_MAX} seconds. {@link #refresh} waits for the name server.
 */
public final class WorkerDiscovery implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(WorkerDiscovery.class);

    private static final long LEAVING_SECONDS_MAX = 30;
    private static final long LEAVING_NANOS_MAX = LEAVING_SECONDS_MAX * 1_000_000_000L;

    private final List<WorkerSource> sources;
    private final Resolver resolver;
    private final Function<WorkerAddress, WorkerLink> opener;
    private final WorkerDirectory directory;
    private final int workersMax;
    private final Map<WorkerSource, Set<WorkerAddress>> known = new LinkedHashMap<>();
    private final Map<WorkerAddress, Worker> workers = new LinkedHashMap<>();
    private final Map<Worker, Long> leavingUntilNanos = new HashMap<>();
    private boolean tooMany;

    /** Addresses of a host name. */
    public interface Resolver {
        /** One textual IP address for each; may wait. */
        List<String> addresses(String host) throws UnknownHostException;
    }

    /**
     * @param opener makes the link to a new worker
     * @param workersMax most workers; further addresses are ignored, with an error in the log
     */
    public WorkerDiscovery(
            List<WorkerSource> sources,
            Resolver resolver,
            Function<WorkerAddress, WorkerLink> opener,
            WorkerDirectory directory,
            int workersMax) {
        this.sources = List.copyOf(sources);
        this.resolver = resolver;
        this.opener = opener;
        this.directory = directory;
        this.workersMax = workersMax;
        for (WorkerSource source : sources) {
            known.put(source, source.byName() ? Set.of() : Set.of(source.address()));
        }
        takeOver(0);
    }

    /** Whether there is a name to ask for. */
    public boolean hasNames() {
        return sources.stream().anyMatch(WorkerSource::byName);
    }

    /** Asks for every name, and lets new workers in and gone ones out. */
    public synchronized void refresh(long nowNanos) {
        sources.stream().filter(WorkerSource::byName).forEach(this::resolve);
        takeOver(nowNanos);
        closeLinksOfLeft(nowNanos);
    }

    private void resolve(WorkerSource source) {
        String host = source.address().host();
        Set<WorkerAddress> found = new LinkedHashSet<>();
        try {
            for (String address : resolver.addresses(host)) {
                found.add(new WorkerAddress(address, source.address().port()));
            }
        } catch (UnknownHostException e) {
            LOG.debugf("name=%s reason=\"not resolved\" keeps its addresses", host);
        }
        if (!found.isEmpty()) {
            known.put(source, found);
        }
    }

    private void takeOver(long nowNanos) {
        Set<WorkerAddress> wanted = new LinkedHashSet<>();
        known.values().forEach(wanted::addAll);
        List<WorkerAddress> admitted = wanted.stream().limit(workersMax).toList();
        if (wanted.size() > workersMax != tooMany) {
            tooMany = !tooMany;
            if (tooMany) {
                LOG.errorf(
                        "%d workers are configured or resolved, %d are used; raise gateway.fleet.workers-max",
                        wanted.size(), workersMax);
            }
        }
        boolean changed = false;
        for (WorkerAddress address : admitted) {
            if (!workers.containsKey(address)) {
                workers.put(address, new Worker(address.toString(), opener.apply(address)));
                LOG.infof("worker=%s is known", address);
                changed = true;
            }
        }
        for (WorkerAddress address : List.copyOf(workers.keySet())) {
            if (!admitted.contains(address)) {
                leavingUntilNanos.put(workers.remove(address), nowNanos + LEAVING_NANOS_MAX);
                LOG.infof("worker=%s is gone", address);
                changed = true;
            }
        }
        if (changed) {
            directory.become(new ArrayList<>(workers.values()));
        }
    }

    private void closeLinksOfLeft(long nowNanos) {
        Iterator<Map.Entry<Worker, Long>> left = leavingUntilNanos.entrySet().iterator();
        while (left.hasNext()) {
            Map.Entry<Worker, Long> one = left.next();
            if (one.getKey().inFlight() == 0 || nowNanos - one.getValue() >= 0) {
                one.getKey().link().close();
                left.remove();
            }
        }
    }

    /** Closes the link to every worker. */
    @Override
    public synchronized void close() {
        workers.values().forEach(worker -> worker.link().close());
        leavingUntilNanos.keySet().forEach(worker -> worker.link().close());
    }
}
