package dev.wearon.storage.imports;

import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** Limits the imports that run at the same time. */
@Singleton
final class RunningImports {

    private final int most;
    private final int mostPerStore;
    private final Map<UUID, Integer> running = new HashMap<>();
    private int total;

    RunningImports(ImportsConfig config) {
        this.most = config.concurrent();
        this.mostPerStore = config.concurrentPerStore();
    }

    /** @return false if too many run; otherwise {@link #end} must be called */
    synchronized boolean begin(UUID storeId) {
        int ofStore = running.getOrDefault(storeId, 0);
        if (total == most || ofStore >= mostPerStore) {
            return false;
        }
        total++;
        running.put(storeId, ofStore + 1);
        return true;
    }

    synchronized void end(UUID storeId) {
        total--;
        running.computeIfPresent(storeId, (id, ofStore) -> ofStore == 1 ? null : ofStore - 1);
    }
}
