package dev.wearon.generation.worker;

import dev.wearon.generation.channels.Channel;
import dev.wearon.jobs.RecurringJob;
import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Tells the attempts of this process when their session was ended by others: cancelled, or failed at its deadline. So a worker does
 * not go on with a picture that nobody gets. One statement asks for all attempts of a channel.
 */
@ApplicationScoped
class EndedSessions implements RecurringJob {

    private static final String ENDED = """
            SELECT id
              FROM {sessions}
             WHERE id = ANY ($1) AND {owner} = ANY ($2) AND status IN ('completed', 'failed')
            """;

    private final Statements statements;
    private final WorkerConfig config;
    private final Map<Claim, UniEmitter<? super AttemptResult>> running = new ConcurrentHashMap<>();

    EndedSessions(Statements statements, WorkerConfig config) {
        this.statements = statements;
        this.config = config;
    }

    /** Never fails. Its result comes only if the session ends while it is awaited. */
    Uni<AttemptResult> of(Claim claim) {
        return Uni.createFrom().<AttemptResult>emitter(emitter -> {
            emitter.onTermination(() -> running.remove(claim));
            running.put(claim, emitter);
        });
    }

    @Override
    public String name() {
        return "ended-sessions";
    }

    @Override
    public Optional<Duration> every() {
        return Optional.of(config.watchEvery());
    }

    @Override
    public Uni<Void> runOnce() {
        Map<Channel, Map<UUID, Claim>> claims = running.keySet().stream()
                .collect(Collectors.groupingBy(
                        claim -> claim.owner().channel(),
                        Collectors.toMap(Claim::sessionId, claim -> claim, (a, b) -> b)));
        return Multi.createFrom()
                .iterable(claims.entrySet())
                .onItem()
                .transformToUniAndMerge(ofChannel -> tell(ofChannel.getKey(), ofChannel.getValue()))
                .onItem()
                .ignoreAsUni();
    }

    private Uni<Void> tell(Channel channel, Map<UUID, Claim> claims) {
        return statements
                .list(
                        channel.sql(ENDED),
                        Tuple.of(
                                claims.keySet().toArray(UUID[]::new),
                                claims.values().stream()
                                        .map(claim -> claim.owner().id())
                                        .toArray(UUID[]::new)),
                        row -> claims.get(row.getUUID("id")))
                .invoke(ended -> ended.forEach(claim -> {
                    UniEmitter<? super AttemptResult> attempt = running.get(claim);
                    if (attempt != null) {
                        attempt.complete(new AttemptResult.SessionEnded());
                    }
                }))
                .replaceWithVoid();
    }
}
