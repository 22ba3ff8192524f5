package dev.wearon.bench.create;

import dev.wearon.bench.loop.ProcessCosts;
import dev.wearon.processes.services.Running;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * One of the things that are compared. All answer the same routes of the public API.
 *
 * @param own its processes
 * @param servers PostgreSQL and Redis
 * @param databaseRoles see {@link dev.wearon.bench.loop.Side#databaseRoles}
 */
public record Application(
        String name, int port, List<Running> own, List<Running> servers, List<String> databaseRoles, Books books) {

    public Map<String, ProcessHandle> processes() {
        List<Running> all = new ArrayList<>(own);
        all.addAll(servers);
        return ProcessCosts.processes(all.toArray(Running[]::new));
    }

    /** Ends its processes and starts them again, as many at the same time as there are processors; they are then ready. */
    void restart() throws IOException, InterruptedException {
        own.forEach(Running::kill);
        List<Callable<Void>> starts = own.stream()
                .<Callable<Void>>map(process -> () -> {
                    process.restart();
                    return null;
                })
                .toList();
        try (ExecutorService threads =
                Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            for (Future<Void> start : threads.invokeAll(starts)) {
                start.get();
            }
        } catch (ExecutionException failed) {
            throw new IOException(failed.getCause());
        }
    }
}
