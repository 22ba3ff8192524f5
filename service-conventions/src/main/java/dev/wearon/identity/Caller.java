package dev.wearon.identity;

import io.quarkus.security.identity.SecurityIdentity;
import jakarta.inject.Singleton;

/** Who sent the request that is being served. Use it only behind {@code @RolesAllowed}, which verifies the identity first. */
@Singleton
public final class Caller {

    private final SecurityIdentity current;

    Caller(SecurityIdentity current) {
        this.current = current;
    }

    /** Made once for each verified token, however many requests bring it. */
    public Principal principal() {
        return ((VerifiedIdentities.Verified) current.getPrincipal()).principal();
    }

    /** For a resource that {@link Principal.Store#ROLE} alone may call. */
    public Principal.Store store() {
        return (Principal.Store) principal();
    }
}
