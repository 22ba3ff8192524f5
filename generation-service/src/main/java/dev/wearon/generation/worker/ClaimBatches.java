package dev.wearon.generation.worker;

import static dev.wearon.sql.Statements.seconds;

import dev.wearon.batching.Batcher;
import dev.wearon.generation.batches.BatchesConfig;
import dev.wearon.generation.changes.Changes;
import dev.wearon.generation.channels.Channel;
import dev.wearon.generation.channels.Owner;
import dev.wearon.generation.garments.GarmentType;
import dev.wearon.sql.Statements;
import dev.wearon.tracing.Traces;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Claims for the workers that wait at the same time: one statement and one commit in each channel. The workers get the same turns
 * as one by one, because each claim sees those before it.
 */
@ApplicationScoped
class ClaimBatches {

    /**
     * Claims for all owners, because workers serve all of them. {@code R__turns.sql} decides the order. The inner query reads the
     * row as it was before the claim, because the statement began before. A first attempt has no earlier claim.
     */
    private static final String CLAIM = """
            SELECT id, {owner} AS owner_id, lease_owner, attempts, image_paths, prompt_system, garment_type,
                   request_id, traceparent, extract(epoch FROM now() - created_at)::float8 AS age,
                   CASE WHEN attempts > 1
                        THEN (SELECT earlier.lease_owner FROM {sessions} AS earlier WHERE earlier.id = claimed.id)
                   END IS NOT NULL AS taken_over{details}
              FROM {claim}($1::text[], make_interval(secs => $2), $3) AS claimed
            """;

    /** The claims of a batch have the same terms. */
    private record Terms(Channel channel, Duration lease, int maxAttempts) {}

    /** Between these two the metric of claims has buckets. */
    private static final Duration SHORTEST = Duration.ofNanos(250_000);

    private static final Duration LONGEST = Duration.ofSeconds(1);

    private final Statements statements;
    private final Batcher.Limits limits;
    private final Changes changes;
    private final Timer claimed;
    private final Map<Terms, Batcher<String, Optional<Claim>>> batchers = new ConcurrentHashMap<>();

    ClaimBatches(
            Statements statements,
            BatchesConfig batches,
            Changes changes,
            @ConfigProperty(name = "wearon.db.statement-timeout") Duration timeout,
            MeterRegistry metrics) {
        this.statements = statements;
        this.limits = batches.ofBoundedWork(timeout);
        this.changes = changes;
        this.claimed = Timer.builder("wearon.worker.claim")
                .publishPercentileHistogram()
                .minimumExpectedValue(SHORTEST)
                .maximumExpectedValue(LONGEST)
                .register(metrics);
    }

    /** Claims the session whose turn it is in the channel; empty when none waits. A failed claim may have succeeded. */
    Uni<Optional<Claim>> claim(Channel channel, String leaseOwner, Duration lease, int maxAttempts) {
        long started = System.nanoTime();
        return batchers.computeIfAbsent(
                        new Terms(channel, lease, maxAttempts), terms -> new Batcher<>(new Claims(terms), limits))
                .submit(leaseOwner)
                .invoke(claim -> claim.ifPresent(held -> {
                    changes.of(held.owner(), held.sessionId());
                    claimed.record(Duration.ofNanos(System.nanoTime() - started));
                }));
    }

    /** A request is the lease owner of a worker. */
    private final class Claims implements Batcher.Work<String, Optional<Claim>> {

        private final Terms terms;

        Claims(Terms terms) {
            this.terms = terms;
        }

        @Override
        public Uni<List<Optional<Claim>>> batch(List<String> leaseOwners) {
            Channel channel = terms.channel();
            Tuple values = Tuple.of(leaseOwners.toArray(String[]::new), seconds(terms.lease()), terms.maxAttempts());
            return statements
                    .list(channel.sql(CLAIM), values, row -> claim(row, channel))
                    .map(claims -> claims.stream().collect(Collectors.toMap(Claim::leaseOwner, claim -> claim)))
                    .map(claims -> leaseOwners.stream()
                            .map(leaseOwner -> Optional.ofNullable(claims.get(leaseOwner)))
                            .toList());
        }

        @Override
        public Uni<Optional<Claim>> single(String leaseOwner) {
            return batch(List.of(leaseOwner)).map(List::getFirst);
        }

        /** The claims may have succeeded, so a repeat could claim more sessions than there are workers. */
        @Override
        public boolean repeatsSingly(Throwable failure) {
            return false;
        }
    }

    private static Claim claim(Row row, Channel channel) {
        return new Claim(
                row.getUUID("id"),
                new Owner(channel, row.getUUID("owner_id")),
                row.getString("lease_owner"),
                row.getInteger("attempts"),
                row.getBoolean("taken_over"),
                Duration.ofMillis((long) (row.getDouble("age") * 1000)),
                List.of(row.getArrayOfStrings("image_paths")),
                row.getString("prompt_system"),
                GarmentType.ofWire(row.getString("garment_type")),
                row.getString("request_id"),
                Traces.parse(row.getString("traceparent")),
                channel.tables().details(row));
    }
}
