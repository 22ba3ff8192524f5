package dev.wearon.gateway.keys;

import dev.wearon.jobs.RecurringJob;
import dev.wearon.sql.Statements;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * When each key was last used: the table {@code gateway.api_key_uses}. The uses are collected in memory and written by one
 * statement for the keys of all stores. A process that dies loses those since the last write.
 */
@ApplicationScoped
public class KeyUses implements RecurringJob {

    private static final Logger LOG = Logger.getLogger(KeyUses.class);

    /**
     * Of several gateways the latest use stays. Uses the age of a use and the database's clock, so that the clocks of the gateways
     * may differ. The order prevents that two gateways wait for each other. A key may have been deleted meanwhile.
     */
    private static final String WRITE = """
            INSERT INTO gateway.api_key_uses (key_id, last_used_at)
            SELECT keys.id, now() - make_interval(secs => used.age)
              FROM unnest($1::UUID[], $2::FLOAT8[]) AS used (key_id, age)
              JOIN gateway.store_api_keys AS keys ON keys.id = used.key_id
             ORDER BY keys.id
                ON CONFLICT (key_id) DO UPDATE
               SET last_used_at = EXCLUDED.last_used_at
             WHERE api_key_uses.last_used_at < EXCLUDED.last_used_at
            """;

    private final Statements statements;
    private final Duration every;
    private final Duration timeout;
    private final int mostKeys;

    /** The last use of each key that is not written yet, by {@link System#nanoTime}. */
    private final Map<UUID, Long> unwritten = new ConcurrentHashMap<>();

    KeyUses(
            Statements statements,
            KeysConfig config,
            @ConfigProperty(name = "wearon.db.statement-timeout") Duration timeout) {
        this.statements = statements;
        this.every = config.lastUseEvery();
        this.timeout = timeout;
        this.mostKeys = config.cacheSize();
    }

    /** Notes that a valid key was used now. If too many keys wait to be written, a further key is not noted. */
    public void note(UUID keyId) {
        if (unwritten.size() < mostKeys || unwritten.containsKey(keyId)) {
            unwritten.put(keyId, System.nanoTime());
        }
    }

    /** The number of keys whose last use waits to be written. */
    int waiting() {
        return unwritten.size();
    }

    @Override
    public String name() {
        return "key-uses";
    }

    @Override
    public Optional<Duration> every() {
        return Optional.of(every);
    }

    /** Writes all uses. If this fails, they stay in memory for the next round. */
    @Override
    public Uni<Integer> runOnce() {
        Map<UUID, Long> uses = Map.copyOf(unwritten);
        if (uses.isEmpty()) {
            return Uni.createFrom().item(0);
        }
        // A key that is used meanwhile stays for the next round.
        return statements.count(WRITE, values(uses)).invoke(() -> uses.forEach(unwritten::remove));
    }

    private static Tuple values(Map<UUID, Long> uses) {
        long now = System.nanoTime();
        UUID[] keys = uses.keySet().toArray(UUID[]::new);
        Double[] ages = new Double[keys.length];
        for (int i = 0; i < keys.length; i++) {
            ages[i] = (now - uses.get(keys[i])) / 1e9;
        }
        return Tuple.of(keys, ages);
    }

    /** Runs after the last request was answered. */
    void stop(@Observes ShutdownEvent event) {
        try {
            runOnce().await().atMost(timeout);
        } catch (RuntimeException failed) {
            LOG.warnf("The last uses of API keys could not be written at the shutdown: %s", failed);
        }
    }
}
