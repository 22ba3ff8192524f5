package dev.wearon.generation.channels;

import dev.wearon.generation.charging.Charges;
import dev.wearon.generation.images.Images;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/**
 * One kind of owner, with what differs between kinds: where the sessions stand, who pays for them, where their objects lie.
 * Every bean of this type is served.
 */
public interface Channel {

    /** One lower-case word, as permits name the channel. */
    String name();

    /** Under this name the charges of the channel's sessions are issued, and the ledger is asked for them. */
    default String issuer() {
        return name();
    }

    Tables tables();

    /** How many unfinished sessions an owner may have; a create above that is refused before any charge. */
    int maxUnfinished();

    /**
     * The objects behind a client's URLs.
     *
     * @param identity the signed identity of the create; it says whose objects they may be
     */
    Uni<Images.Resolved> resolve(String identity, String requestId, List<String> urls, Duration liveFor);

    /**
     * Takes the price of a session from the wallet that pays. Only a create does so; it may be repeated.
     *
     * @param identity the signed identity of the create; it says whose wallet pays
     */
    Uni<Charges.Outcome> charge(String identity, UUID sessionId, int amount, String requestId);

    /**
     * Makes sure that nothing is charged for a session, now and later, in the wallet that paid. Only after the session's row
     * says failed; it may be repeated.
     *
     * @return whether a credit came back (else none had been taken); fails when the ledger gave no answer
     */
    Uni<Boolean> release(UUID ownerId, UUID sessionId, String requestId);

    /** An input of a session, by the object path that its row names. */
    Uni<Images.Read> read(UUID ownerId, String path, String requestId);

    /** Writes the result once. When one lies there already, that one is the result: the path is the same. */
    Uni<Images.Stored> writeResult(UUID ownerId, UUID sessionId, byte[] jpeg, String requestId);

    /** A statement on this channel's tables. */
    default String sql(String template) {
        return tables().fill(template);
    }
}
