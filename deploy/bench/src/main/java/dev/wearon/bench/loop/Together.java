package dev.wearon.bench.loop;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The same load on several processes of a service. Each client has its connection to one of them, and they take turns.
 */
public final class Together implements Side {

    private final String name;
    private final List<? extends Side> parts;
    private final AtomicInteger connected = new AtomicInteger();

    /** @param parts the load on each process; they make the same calls */
    public Together(String name, List<? extends Side> parts) {
        this.name = name;
        this.parts = parts;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void prepare() throws Exception {
        for (Side part : parts) {
            part.prepare();
        }
    }

    @Override
    public Client connect() throws Exception {
        return parts.get(connected.getAndIncrement() % parts.size()).connect();
    }

    /** Any part may get all calls of a turn. */
    @Override
    public int maxCalls() {
        return parts.stream().mapToInt(Side::maxCalls).min().orElseThrow();
    }

    @Override
    public void finish(long answered) throws Exception {
        for (Side part : parts) {
            part.finish(answered);
        }
    }

    /** A process that all parts use, for example PostgreSQL, is there once. */
    @Override
    public Map<String, ProcessHandle> processes() {
        Map<String, ProcessHandle> all = new TreeMap<>();
        for (Side part : parts) {
            part.processes().forEach((name, process) -> ProcessCosts.add(all, name, process));
        }
        return all;
    }

    @Override
    public List<String> databaseRoles() {
        return parts.getFirst().databaseRoles();
    }
}
