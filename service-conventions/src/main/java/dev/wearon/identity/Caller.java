package dev.wearon.identity;

import io.quarkus.security.identity.SecurityIdentity;
import jakarta.inject.Singleton;

/** The caller of the current request. Use it only with {@code @RolesAllowed}, which verifies the identity first. */
@Singleton
public final class Caller {

    private final SecurityIdentity current;

    Caller(SecurityIdentity current) {
        this.current = current;
    }

    /** The principal of the verified token; all requests with this token share it. */
    public Principal principal() {
        return ((VerifiedIdentities.Verified) current.getPrincipal()).principal();
    }

    /** The calling store. Use it only where {@link Principal.Store#ROLE} is required. */
    public Principal.Store store() {
        return (Principal.Store) principal();
    }
}
