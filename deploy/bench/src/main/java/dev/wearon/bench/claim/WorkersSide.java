package dev.wearon.bench.claim;

import dev.wearon.bench.loop.PermitList;
import dev.wearon.bench.loop.ProcessCosts;
import dev.wearon.bench.loop.Side;
import dev.wearon.processes.services.Rig;
import dev.wearon.processes.services.RunningService;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.HdrHistogram.Histogram;

/**
 * The workers of one generation-service. A client pushes a permit and waits until a worker has claimed with it; before its next
 * call it waits until a worker has ended its session.
 */
final class WorkersSide implements Side {

    private static final int WORKERS = 32;

    /** Every attempt fails, and the sweeper neither pushes permits of its own nor ends old sessions. */
    private static final Map<String, String> SETTINGS = Map.of(
            "WEARON_ROLES", "worker",
            "WEARON_WORKER_CONCURRENCY", Integer.toString(WORKERS),
            "WEARON_WORKER_SWEEPER_MIN_AGE", "10m",
            "WEARON_MODEL_DEADLINE", "24h");

    private static final String PERMIT = """
            {"task_id":"%1$s","session_id":"%1$s","store_id":"%1$s","channel":"b2b","version":1,"image_urls":[],\
            "prompt":"","request_id":"bench","created_at":"2026-01-01T00:00:00Z"}""".formatted(UUID.randomUUID());

    /** Processes of the service that run, with what it takes to watch them. */
    private record Service(
            Neighbours neighbours, List<ClaimTimes> times, String redis, Map<String, ProcessHandle> processes) {}

    private final String name;
    private final boolean fromEnqueue;
    private final Service service;
    private final SessionQueue queue;
    private final int claimedBefore;
    private Map<Double, Long> before = Map.of();
    private int apart;

    private WorkersSide(String name, boolean fromEnqueue, Service service, SessionQueue queue, int claimedBefore) {
        this.name = name;
        this.fromEnqueue = fromEnqueue;
        this.service = service;
        this.queue = queue;
        this.claimedBefore = claimedBefore;
    }

    /** Starts the service. */
    static WorkersSide start(Rig rig, Neighbours neighbours, SessionQueue queue) throws IOException {
        rig.reach("storage", neighbours.url());
        rig.reach("credits", neighbours.url());
        RunningService generation = rig.start("generation", SETTINGS);
        Service service = new Service(
                neighbours,
                List.of(new ClaimTimes(generation.managementUrl())),
                rig.redisUrl(),
                ProcessCosts.processes(generation, rig.postgres(), rig.redis()));
        return new WorkersSide("workers", false, service, queue, 0);
    }

    /** Starts further processes. From then on all take part, so this side itself can no longer be measured. */
    WorkersSide with(Rig rig, int inAll) throws IOException {
        List<ClaimTimes> times = new ArrayList<>(service.times());
        Map<String, ProcessHandle> processes = new HashMap<>(service.processes());
        while (times.size() < inAll) {
            RunningService generation = rig.start("generation", SETTINGS);
            times.add(new ClaimTimes(generation.managementUrl()));
            processes.put("generation " + times.size(), generation.process());
        }
        Service all = new Service(service.neighbours(), times, service.redis(), processes);
        return new WorkersSide(inAll + " processes", fromEnqueue, all, queue, claimedBefore);
    }

    WorkersSide after(int claims) {
        return new WorkersSide(name, fromEnqueue, service, queue, claims);
    }

    /** Measures from the push of the permit until the first call that the worker makes with its claim. */
    WorkersSide fromEnqueue() {
        return new WorkersSide("enqueue", true, service, queue, claimedBefore);
    }

    int apart() {
        return apart;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Map<String, ProcessHandle> processes() {
        return service.processes();
    }

    @Override
    public List<String> databaseRoles() {
        return List.of(SessionQueue.ROLE);
    }

    @Override
    public int maxCalls() {
        return queue.sessions() - claimedBefore;
    }

    @Override
    public void prepare() throws Exception {
        queue.fill();
        queue.claim(ClaimSide.CLAIM_BY_TURN, claimedBefore);
        service.neighbours().clear();
    }

    @Override
    public void measuringBegins() throws Exception {
        before = claims();
    }

    @Override
    public Optional<Histogram> latencies() throws Exception {
        return fromEnqueue ? Optional.empty() : Optional.of(ClaimTimes.between(before, claims()));
    }

    /** The sums of all processes. */
    private Map<Double, Long> claims() throws IOException, InterruptedException {
        Map<Double, Long> all = new TreeMap<>();
        for (ClaimTimes process : service.times()) {
            process.read().forEach((bound, upTo) -> all.merge(bound, upTo, Long::sum));
        }
        return all;
    }

    @Override
    public void finish(long answered) throws Exception {
        queue.check(claimedBefore + answered);
        apart = queue.apart();
    }

    @Override
    public Client connect() throws IOException {
        PermitList permits = new PermitList(service.redis());
        return new Client() {
            @Override
            public void call() throws Exception {
                permits.push(PermitList.OF_WORKERS, PERMIT);
                service.neighbours().awaitClaim();
            }

            @Override
            public void afterwards() throws Exception {
                service.neighbours().awaitEnd();
            }

            @Override
            public void close() throws IOException {
                permits.close();
            }
        };
    }
}
