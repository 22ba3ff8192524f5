package dev.wearon.generation.sessions;

import dev.wearon.generation.batches.BatchesConfig;
import dev.wearon.generation.channels.Channel;
import dev.wearon.generation.channels.Owner;
import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Makes the pictures of completed sessions readable: first in storage, then the row notes it. Call it only when the session's row is
 * {@code completed}. It may be repeated, also after a crash between the two.
 */
@ApplicationScoped
public class Publications {

    private static final String DUE = """
            SELECT id, {owner} AS owner_id, generated_image_url
              FROM {sessions}
             WHERE status = 'completed' AND NOT result_published AND completed_at <= now() - make_interval(secs => $1)
             ORDER BY completed_at
             LIMIT $2
            """;

    private static final String NOTE = """
            UPDATE {sessions}
               SET result_published = true
             WHERE id = ANY ($1) AND {owner} = ANY ($2) AND status = 'completed' AND NOT result_published
            """;

    /** @param path the object path of the picture */
    public record Result(UUID sessionId, Owner owner, String path) {}

    private final Statements statements;
    private final RowBatches<Result, Void> results;

    Publications(
            Statements statements,
            BatchesConfig batches,
            @ConfigProperty(name = "wearon.db.statement-timeout") Duration timeout) {
        this.statements = statements;
        this.results = new RowBatches<>(statements, batches.ofBoundedWork(timeout), Publications::publishAll);
    }

    /** Fails when storage or PostgreSQL does not answer. */
    public Uni<Void> publish(Result result) {
        return results.write(result.owner().channel(), result);
    }

    private static Uni<List<Void>> publishAll(Statements statements, Channel channel, List<Result> results) {
        return channel.publish(results.stream().map(Result::path).toList())
                .chain(published -> published
                        ? statements
                                .run(
                                        channel.sql(NOTE),
                                        Tuple.of(
                                                results.stream()
                                                        .map(Result::sessionId)
                                                        .toArray(UUID[]::new),
                                                results.stream()
                                                        .map(one -> one.owner().id())
                                                        .toArray(UUID[]::new)))
                                .replaceWithVoid()
                        : Uni.createFrom().voidItem())
                .map(done -> Collections.nCopies(results.size(), null));
    }

    /** Returns a channel's completed sessions, of all owners, whose picture is not published; oldest first. */
    public Uni<List<Result>> due(Channel channel, Duration age, int limit) {
        return statements.list(
                channel.sql(DUE),
                Tuple.of(Statements.seconds(age), limit),
                row -> new Result(
                        row.getUUID("id"),
                        new Owner(channel, row.getUUID("owner_id")),
                        row.getString("generated_image_url")));
    }
}
