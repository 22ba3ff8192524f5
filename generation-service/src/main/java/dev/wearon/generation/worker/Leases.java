package dev.wearon.generation.worker;

import static dev.wearon.sql.Statements.seconds;

import dev.wearon.generation.channels.Channel;
import dev.wearon.generation.channels.Channels;
import dev.wearon.generation.channels.Owner;
import dev.wearon.generation.sessions.FailureCode;
import dev.wearon.generation.sessions.Status;
import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/**
 * Who works on which session, and until when. Every write names the attempt and the owner that it belongs to; when another
 * attempt has taken over meanwhile, or this one has let go, it answers false and changes nothing.
 */
@ApplicationScoped
class Leases {

    private static final Logger LOG = Logger.getLogger(Leases.class);

    /** For every owner at once, as workers serve all of them. Whose turn it is, the function says ({@code R__turns.sql}). */
    private static final String CLAIM = """
            SELECT id, {owner} AS owner_id, attempts, image_paths, prompt_system, request_id
              FROM {claim}($1, make_interval(secs => $2), $3)
            """;

    /** An attempt that has let go has no owner: a renewal that was under way then does not bring its lease back. */
    private static final String RENEW = """
            UPDATE {sessions}
               SET lease_until = now() + make_interval(secs => $5)
             WHERE id = $1 AND {owner} = $2 AND status = 'processing' AND attempts = $3 AND lease_owner = $4
            """;

    private static final String COMPLETE = """
            UPDATE {sessions}
               SET status = 'completed', completed_at = now(), generated_image_url = $5, images_expire_at = $6,
                   processing_time_ms = $7
             WHERE id = $1 AND {owner} = $2 AND status = 'processing' AND attempts = $3 AND lease_owner = $4
            """;

    private static final String FAIL = """
            UPDATE {sessions}
               SET status = 'failed', completed_at = now(), error_code = $5, error_message = $6
             WHERE id = $1 AND {owner} = $2 AND status = 'processing' AND attempts = $3 AND lease_owner = $4
            """;

    private static final String HAND_BACK = """
            UPDATE {sessions}
               SET lease_owner = NULL, lease_until = now() + make_interval(secs => $5)
             WHERE id = $1 AND {owner} = $2 AND status = 'processing' AND attempts = $3 AND lease_owner = $4
            """;

    /** The attempt does not count; who begins the next one under the same number is another owner. */
    private static final String UNDO = """
            UPDATE {sessions}
               SET attempts = attempts - 1, lease_owner = NULL, lease_until = now()
             WHERE id = $1 AND {owner} = $2 AND status = 'processing' AND attempts = $3 AND lease_owner = $4
            """;

    /** Of whatever owner: claims whose answer never came, and on which therefore nobody works. */
    private static final String UNDO_BY_LEASE_OWNER = """
            UPDATE {sessions}
               SET attempts = attempts - 1, lease_owner = NULL, lease_until = now()
             WHERE status = 'processing' AND lease_owner = ANY ($1)
            """;

    private static final String STATUS = """
            SELECT status FROM {sessions} WHERE id = $1 AND {owner} = $2
            """;

    private final Statements statements;
    private final Channels channels;

    /** A number of its own for each start: process ids come again, in containers all the time. */
    final String process = "worker-" + ProcessHandle.current().pid() + "-" + UUID.randomUUID();

    /** Not from 0 in every process: the first claim of each would ask the same channel. */
    private final AtomicLong claims = new AtomicLong(ThreadLocalRandom.current().nextInt(1_000));

    /** In each channel: owners under which a claim may have been made without our knowing, and when its lease would be over. */
    private final Map<Channel, Map<String, Instant>> unanswered = new ConcurrentHashMap<>();

    Leases(Statements statements, Channels channels) {
        this.statements = statements;
        this.channels = channels;
    }

    /**
     * Takes the session whose turn it is, of whatever owner; empty when none waits. The channels take turns at being asked
     * first, and the next one is asked when nobody waits in the one before it. So where owners wait in two of them each has
     * every second claim, however many owners the other has. Each process counts for itself: a count that all of them share
     * would be a row that each claim waits for.
     *
     * <p>A fault in one channel does not keep the next from being asked.
     *
     * @param permitChannel the channel that the permit names
     * @return fails when nothing was claimed and the permit's channel gave no answer
     */
    Uni<Optional<Claim>> claim(Channel permitChannel, Duration lease, int maxAttempts) {
        long turn = claims.incrementAndGet();
        return claim(channels.rotated(turn), permitChannel, process + "-" + turn, lease, maxAttempts);
    }

    private Uni<Optional<Claim>> claim(
            List<Channel> inOrder, Channel permitChannel, String leaseOwner, Duration lease, int maxAttempts) {
        if (inOrder.isEmpty()) {
            return Uni.createFrom().item(Optional.empty());
        }
        Channel channel = inOrder.getFirst();
        return claimIn(channel, leaseOwner, lease, maxAttempts)
                .onItemOrFailure()
                .transformToUni((found, fault) -> {
                    if (fault == null && found.isPresent()) {
                        return Uni.createFrom().item(found);
                    }
                    Uni<Optional<Claim>> next =
                            claim(inOrder.subList(1, inOrder.size()), permitChannel, leaseOwner, lease, maxAttempts);
                    if (fault == null) {
                        return next;
                    }
                    if (channel.name().equals(permitChannel.name())) {
                        return next.chain(other -> other.isPresent()
                                ? Uni.createFrom().item(other)
                                : Uni.createFrom().failure(fault));
                    }
                    LOG.warnf("Nothing could be claimed in channel %s: %s", channel.name(), fault);
                    return next;
                });
    }

    private Uni<Optional<Claim>> claimIn(Channel channel, String leaseOwner, Duration lease, int maxAttempts) {
        return statements
                .first(
                        channel.sql(CLAIM),
                        Tuple.of(leaseOwner, seconds(lease), maxAttempts),
                        row -> claim(row, channel, leaseOwner))
                .onFailure()
                .invoke(() -> unanswered
                        .computeIfAbsent(channel, first -> new ConcurrentHashMap<>())
                        .put(leaseOwner, Instant.now().plus(lease)));
    }

    /**
     * Lets go of what was claimed without our hearing of it; a claim may arrive long after it was given up.
     *
     * @return fails when one channel gave no answer, after all of them were asked
     */
    Uni<Void> undoUnanswered() {
        return channels.forEach(this::undoUnanswered).replaceWithVoid();
    }

    /** The same before a further claim, which one channel that gives no answer does not prevent: fails when none gave one. */
    Uni<Void> tryUndoUnanswered() {
        AtomicBoolean answered = new AtomicBoolean();
        return channels.forEach(channel -> undoUnanswered(channel).invoke(() -> answered.set(true)))
                .replaceWithVoid()
                .onFailure(fault -> answered.get())
                .recoverWithItem(fault -> {
                    LOG.warnf("Claims that may have been made are tried to be let go of again: %s", fault);
                    return null;
                });
    }

    private Uni<Integer> undoUnanswered(Channel channel) {
        Map<String, Instant> owners = unanswered.computeIfAbsent(channel, first -> new ConcurrentHashMap<>());
        owners.values().removeIf(Instant.now()::isAfter);
        return owners.isEmpty()
                ? Uni.createFrom().item(0)
                : statements.count(
                        channel.sql(UNDO_BY_LEASE_OWNER),
                        Tuple.of(owners.keySet().toArray(String[]::new)));
    }

    /** Makes the lease end this long from now. @return false when this attempt does not hold it any more */
    Uni<Boolean> renew(Claim claim, Duration lease) {
        return statements.changed(sql(claim, RENEW), parameters(claim).addValue(seconds(lease)));
    }

    /** @return false when this attempt is no longer the one that may write */
    Uni<Boolean> complete(Claim claim, String resultPath, Instant imagesExpireAt, Duration worked) {
        return statements.changed(
                sql(claim, COMPLETE),
                parameters(claim)
                        .addValue(resultPath)
                        .addValue(imagesExpireAt.atOffset(ZoneOffset.UTC))
                        .addValue(Math.toIntExact(worked.toMillis())));
    }

    /** @return false when this attempt is no longer the one that may write */
    Uni<Boolean> fail(Claim claim, FailureCode code) {
        return statements.changed(
                sql(claim, FAIL), parameters(claim).addValue(code.name()).addValue(code.message()));
    }

    /** Ends this attempt without a result; the session can be claimed again {@code after} a while. */
    Uni<Boolean> handBack(Claim claim, Duration after) {
        return statements.changed(sql(claim, HAND_BACK), parameters(claim).addValue(seconds(after)));
    }

    /** Lets go of the session as if it had not been claimed: it can be claimed at once, as often as before. */
    Uni<Boolean> undo(Claim claim) {
        return statements.changed(sql(claim, UNDO), parameters(claim));
    }

    /** Empty when there is no such session. */
    Uni<Optional<Status>> status(UUID id, Owner owner) {
        return statements.first(
                owner.channel().sql(STATUS), Tuple.of(id, owner.id()), row -> Status.ofWire(row.getString("status")));
    }

    /** What every write names: $1 to $4. */
    private static Tuple parameters(Claim claim) {
        return Tuple.of(claim.sessionId(), claim.owner().id(), claim.attempt(), claim.leaseOwner());
    }

    private static String sql(Claim claim, String template) {
        return claim.owner().channel().sql(template);
    }

    private static Claim claim(Row row, Channel channel, String leaseOwner) {
        return new Claim(
                row.getUUID("id"),
                new Owner(channel, row.getUUID("owner_id")),
                leaseOwner,
                row.getInteger("attempts"),
                List.of(row.getArrayOfStrings("image_paths")),
                row.getString("prompt_system"),
                row.getString("request_id"));
    }
}
