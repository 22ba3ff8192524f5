package dev.wearon.generation.changes;

import dev.wearon.generation.channels.Owner;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Who in this process wants to know of changes, by the session or by its owner. */
@Singleton
public final class Listeners {

    /** Is called on any thread, and must not block. */
    public interface Listener {

        void changed(UUID sessionId);

        /** Any session may have changed unnoticed. */
        void missedChanges();

        /** Does the same in both cases. */
        static Listener of(Runnable action) {
            return new Listener() {
                @Override
                public void changed(UUID sessionId) {
                    action.run();
                }

                @Override
                public void missedChanges() {
                    action.run();
                }
            };
        }
    }

    /** By session, as a {@link Change}, or by {@link Owner}. A key without a listener has no entry. */
    private final Map<Object, Set<Listener>> listeners = new ConcurrentHashMap<>();

    /** Listens until it is cancelled. */
    public Cancellable toSession(Owner owner, UUID sessionId, Listener listener) {
        return listen(new Change(owner, sessionId), listener);
    }

    /** Listens to all sessions of the owner until it is cancelled. */
    public Cancellable toOwner(Owner owner, Listener listener) {
        return listen(owner, listener);
    }

    private Cancellable listen(Object key, Listener listener) {
        listeners.compute(key, (same, present) -> {
            Set<Listener> all = present == null ? ConcurrentHashMap.newKeySet(1) : present;
            all.add(listener);
            return all;
        });
        return () -> listeners.computeIfPresent(key, (same, present) -> {
            present.remove(listener);
            return present.isEmpty() ? null : present;
        });
    }

    void tell(Change change) {
        of(change).forEach(listener -> listener.changed(change.sessionId()));
        of(change.owner()).forEach(listener -> listener.changed(change.sessionId()));
    }

    void tellMissed() {
        List.copyOf(listeners.values()).forEach(all -> all.forEach(Listener::missedChanges));
    }

    private Set<Listener> of(Object key) {
        return listeners.getOrDefault(key, Set.of());
    }
}
