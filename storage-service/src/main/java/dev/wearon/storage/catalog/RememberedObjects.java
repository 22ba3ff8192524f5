package dev.wearon.storage.catalog;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Finds live objects for reads, and remembers them for {@code wearon.storage.remember-objects}, at most a second: a picture
 * that many clients read costs one query a second. A removed or closed object can be read for at most this time. A change of
 * a store that this process applies has an effect at once. The end of a lifetime is always exact. A missing object is not
 * remembered, so that an upload can be read at once.
 */
@ApplicationScoped
public class RememberedObjects {

    private static final int MAX_REMEMBERED = 10_000;

    private final Objects objects;
    private final Duration validity;
    private final Cache<ObjectPath, Found> remembered;

    /** The number of changes that this process has applied to stores. A change makes every earlier answer invalid. */
    private final AtomicInteger changes = new AtomicInteger();

    RememberedObjects(Objects objects, CatalogConfig config) {
        this.objects = objects;
        this.validity = config.rememberObjects();
        this.remembered = Caffeine.newBuilder()
                .maximumSize(MAX_REMEMBERED)
                .expireAfterWrite(validity)
                .build();
    }

    /**
     * An answer of the database.
     *
     * @param askedAt when the question was sent, by {@code System.nanoTime()}: the database may have answered much later
     * @param change the number of changes at that time
     */
    private record Found(StoredObject object, long askedAt, int change) {

        Duration age() {
            return Duration.ofNanos(System.nanoTime() - askedAt);
        }
    }

    /** Returns the live object at a path. */
    public Uni<Optional<StoredObject>> findLive(ObjectPath path) {
        Found known = remembered.getIfPresent(path);
        if (known != null && known.change() == changes.get()) {
            Duration age = known.age();
            if (age.compareTo(validity) < 0) {
                return Uni.createFrom().item(known.object().after(age));
            }
        }
        return Uni.createFrom().deferred(() -> ask(path));
    }

    private Uni<Optional<StoredObject>> ask(ObjectPath path) {
        long askedAt = System.nanoTime();
        int change = changes.get();
        return objects.findLive(path)
                .invoke(found -> found.ifPresent(object -> remembered.put(path, new Found(object, askedAt, change))));
    }

    /** Makes the next read of an object ask the database, because its bytes are missing. */
    public void forget(ObjectPath path) {
        remembered.invalidate(path);
    }

    /** Makes every read that begins from now on ask the database, because many may have changed. */
    public void forgetAll() {
        changes.incrementAndGet();
        remembered.invalidateAll();
    }
}
