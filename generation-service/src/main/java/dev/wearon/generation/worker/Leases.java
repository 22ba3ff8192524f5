package dev.wearon.generation.worker;

import static dev.wearon.sql.Statements.seconds;

import dev.wearon.generation.changes.Changes;
import dev.wearon.generation.channels.Channel;
import dev.wearon.generation.channels.Channels;
import dev.wearon.generation.channels.Owner;
import dev.wearon.generation.sessions.Status;
import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
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
 * The claims on sessions and their leases. Each write of an attempt names the attempt and its lease owner. When another attempt
 * has taken over, or this one was undone, the write returns false and changes nothing.
 */
@ApplicationScoped
class Leases {

    private static final Logger LOG = Logger.getLogger(Leases.class);

    /** An undone or handed back attempt has no lease owner, so a concurrent renewal does not bring its lease back. */
    private static final String RENEW = """
            UPDATE {sessions}
               SET lease_until = now() + make_interval(secs => $5)
             WHERE id = $1 AND {owner} = $2 AND status = 'processing' AND attempts = $3 AND lease_owner = $4
            """;

    private static final String HAND_BACK = """
            UPDATE {sessions}
               SET lease_owner = NULL, lease_until = now() + make_interval(secs => $5)
             WHERE id = $1 AND {owner} = $2 AND status = 'processing' AND attempts = $3 AND lease_owner = $4
            """;

    /** The attempt is not counted. The next attempt has the same number, but another lease owner. */
    private static final String UNDO = """
            UPDATE {sessions}
               SET attempts = attempts - 1, lease_owner = NULL, lease_until = now()
             WHERE id = $1 AND {owner} = $2 AND status = 'processing' AND attempts = $3 AND lease_owner = $4
            """;

    /** Undoes claims without an answer, of all owners. No loop works on their sessions. */
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
    private final ClaimBatches claimBatches;
    private final ResultBatches results;
    private final Changes changes;

    /** Unique for each start, because process ids repeat, especially in containers. */
    final String process = "worker-" + ProcessHandle.current().pid() + "-" + UUID.randomUUID();

    /** Starts at a random number. Otherwise the first claim of every process would use the same channel. */
    private final AtomicLong claims = new AtomicLong(ThreadLocalRandom.current().nextInt(1_000));

    /** Each channel's claims without an answer: their lease owner, and the end of the lease. */
    private final Map<Channel, Map<String, Instant>> unanswered = new ConcurrentHashMap<>();

    Leases(
            Statements statements,
            Channels channels,
            ClaimBatches claimBatches,
            ResultBatches results,
            Changes changes) {
        this.statements = statements;
        this.channels = channels;
        this.claimBatches = claimBatches;
        this.results = results;
        this.changes = changes;
    }

    /**
     * Claims the session whose turn it is, of any owner; empty when none waits. Each claim starts with another channel, and
     * tries the next channel when no session waits. So two channels with waiting sessions get every second claim each, however
     * many owners they have. Each process counts its own turns: a shared counter would be a row that every claim locks.
     *
     * <p>A fault in one channel does not prevent a claim in the next.
     *
     * @param permitChannel the channel of the permit
     * @return fails when nothing was claimed and the permit's channel did not answer
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
                    LOG.warnf("The claim in channel %s failed: %s", channel.name(), fault);
                    return next;
                });
    }

    private Uni<Optional<Claim>> claimIn(Channel channel, String leaseOwner, Duration lease, int maxAttempts) {
        return claimBatches
                .claim(channel, leaseOwner, lease, maxAttempts)
                .onFailure()
                .invoke(() -> unanswered
                        .computeIfAbsent(channel, first -> new ConcurrentHashMap<>())
                        .put(leaseOwner, Instant.now().plus(lease)));
    }

    /**
     * Undoes claims without an answer. Such a claim may reach the database long after its timeout.
     *
     * @return fails when a channel did not answer, after all channels were tried
     */
    Uni<Void> undoUnanswered() {
        return channels.forEach(this::undoUnanswered).replaceWithVoid();
    }

    /** Like {@link #undoUnanswered()}, but fails only when all channels fail: one of them must not prevent the next claim. */
    Uni<Void> tryUndoUnanswered() {
        AtomicBoolean answered = new AtomicBoolean();
        return channels.forEach(channel -> undoUnanswered(channel).invoke(() -> answered.set(true)))
                .replaceWithVoid()
                .onFailure(fault -> answered.get())
                .recoverWithItem(fault -> {
                    LOG.warnf("Claims without an answer could not be undone; the next claim tries again: %s", fault);
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

    /**
     * Extends the lease to {@code lease} from now.
     *
     * @return false when this attempt has lost the lease
     */
    Uni<Boolean> renew(Claim claim, Duration lease) {
        return statements.changed(sql(claim, RENEW), parameters(claim).addValue(seconds(lease)));
    }

    /** @return false when this attempt may no longer write */
    Uni<Boolean> complete(Claim claim, String resultPath, Instant imagesExpireAt, Duration worked) {
        return results.complete(claim, resultPath, imagesExpireAt, worked);
    }

    /** @return false when this attempt may no longer write */
    Uni<Boolean> fail(Claim claim, AttemptResult.Failed failed) {
        return results.fail(claim, failed);
    }

    /** Ends this attempt without a result. The session can be claimed again after the delay. */
    Uni<Boolean> handBack(Claim claim, Duration after) {
        return statements.changed(sql(claim, HAND_BACK), parameters(claim).addValue(seconds(after)));
    }

    /** Undoes the claim: the session can be claimed at once, and the attempt is not counted. */
    Uni<Boolean> undo(Claim claim) {
        return statements
                .changed(sql(claim, UNDO), parameters(claim))
                .invoke(undone -> changes.of(claim.owner(), claim.sessionId()));
    }

    /** Returns the status of a session; empty when it does not exist. */
    Uni<Optional<Status>> status(UUID id, Owner owner) {
        return statements.first(
                owner.channel().sql(STATUS), Tuple.of(id, owner.id()), row -> Status.ofWire(row.getString("status")));
    }

    /** Parameters $1 to $4 of every write. */
    private static Tuple parameters(Claim claim) {
        return Tuple.of(claim.sessionId(), claim.owner().id(), claim.attempt(), claim.leaseOwner());
    }

    private static String sql(Claim claim, String template) {
        return claim.owner().channel().sql(template);
    }
}
