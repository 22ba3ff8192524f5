package dev.wearon.generation.sessions;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.wearon.generation.channels.Owner;
import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The limit of unfinished sessions of an owner. Most owners are far below it, so their sessions are not counted for each create:
 * the last count is remembered for {@link #REMEMBERED}, and the creates since then are added to it. From half of the limit on,
 * every create counts.
 *
 * <p>Limit: this process does not see the creates of other instances while it remembers a count. So an owner may exceed its limit,
 * by half of it for each instance besides the first.
 */
@ApplicationScoped
class UnfinishedLimit {

    private static final Duration REMEMBERED = Duration.ofSeconds(5);
    private static final int MAX_OWNERS = 10_000;

    /** Stops counting at the limit. */
    private static final String COUNT = """
            SELECT count(*) AS unfinished
              FROM (SELECT
                      FROM {sessions}
                     WHERE {owner} = $1 AND status IN ('queued', 'processing')
                     LIMIT $2) AS unfinished
            """;

    private static final Uni<Boolean> YES = Uni.createFrom().item(true);

    private final Statements statements;

    /** The last count of each owner, plus the creates since then, up to half of the limit. */
    private final Cache<Owner, AtomicInteger> counts = Caffeine.newBuilder()
            .maximumSize(MAX_OWNERS)
            .expireAfterWrite(REMEMBERED)
            .build();

    UnfinishedLimit(Statements statements) {
        this.statements = statements;
    }

    /** Whether the owner may create one more session. Running creates are not counted. */
    Uni<Boolean> allows(Owner owner) {
        AtomicInteger remembered = counts.getIfPresent(owner);
        return remembered != null && addOne(remembered, owner.channel().maxUnfinished() / 2) ? YES : count(owner);
    }

    private static boolean addOne(AtomicInteger remembered, int half) {
        return remembered.getAndUpdate(count -> Math.min(count + 1, half)) < half;
    }

    private Uni<Boolean> count(Owner owner) {
        int limit = owner.channel().maxUnfinished();
        return statements
                .first(owner.channel().sql(COUNT), Tuple.of(owner.id(), limit), row -> row.getInteger("unfinished"))
                .map(Optional::orElseThrow)
                .invoke(unfinished -> counts.put(owner, new AtomicInteger(unfinished + 1)))
                .map(unfinished -> unfinished < limit);
    }
}
