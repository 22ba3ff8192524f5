package dev.wearon.generation.channels;

import dev.wearon.generation.charging.Charges;
import dev.wearon.generation.images.Images;
import dev.wearon.generation.scenarios.Scenario;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A kind of owner. The channel decides in which tables the sessions are, who pays, and where the objects are stored. The service
 * serves every bean of this type.
 */
public interface Channel {

    /** One lower-case word. Permits name the channel by it. */
    String name();

    /** The ledger stores this name with every charge of the channel's sessions, and finds them by it. */
    default String issuer() {
        return name();
    }

    Tables tables();

    /** The limit of unfinished sessions of an owner. A create above it is refused before the charge. */
    int maxUnfinished();

    /**
     * Finds the objects behind a client's URLs.
     *
     * @param identity the signed identity of the create; the objects must belong to the owner that it names
     * @param liveFor how long each object must still exist
     */
    Uni<Images.Resolved> resolve(String identity, List<String> urls, Duration liveFor);

    /**
     * Charges the price of a session to the wallet that pays. Only the create calls it. A repeat charges nothing more.
     *
     * @param identity the signed identity of the create; it names the wallet
     */
    Uni<Charges.Outcome> charge(String identity, UUID sessionId, int amount, String requestId);

    /**
     * Gives back the charge of a session, or prevents a charge that arrives later. Call it only when the session's row is
     * {@code failed}. It may be repeated.
     *
     * @return true when a credit was given back, false when none had been charged; fails when the ledger does not answer
     */
    Uni<Boolean> release(UUID ownerId, UUID sessionId, String requestId);

    /** Reads an input of a session. The session's row holds the object path. */
    Uni<Images.Read> read(UUID ownerId, String path, String requestId);

    /**
     * Writes the result once; clients cannot read it before it is published. If a result exists already, it is kept; the path is the same.
     *
     * @param details the session's values of the columns that only this channel has
     */
    Uni<Images.Stored> writeResult(
            UUID ownerId, UUID sessionId, Map<String, String> details, byte[] jpeg, String requestId);

    /**
     * Lets clients read the results of completed sessions, of all owners; the object paths. May be repeated.
     *
     * @return false if it must be repeated later
     */
    Uni<Boolean> publish(List<String> paths);

    /**
     * The outcome that a session's prompt forces; empty if the prompt is ordinary text.
     *
     * @param details the session's values of the columns that only this channel has
     */
    default Optional<Scenario> scenario(String prompt, Map<String, String> details) {
        return Optional.empty();
    }

    /**
     * Takes a place for a session with a scenario, of the few that an owner has at the same time. The session keeps it until it ends.
     * It may be repeated.
     *
     * @return false if all places are taken
     */
    default Uni<Boolean> takePlace(UUID ownerId, UUID sessionId) {
        throw new UnsupportedOperationException("Channel " + name() + " has no scenarios");
    }

    /** Gives up the place of a session that was not made. */
    default Uni<Void> leavePlace(UUID ownerId, UUID sessionId) {
        throw new UnsupportedOperationException("Channel " + name() + " has no scenarios");
    }

    /** Replaces placeholders such as {@code {claim}} with this channel's names. */
    default String sql(String template) {
        return tables().fill(template);
    }
}
