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

    /** Created once per verified token and shared by all its requests. */
    public Principal principal() {
        return ((VerifiedIdentities.Verified) current.getPrincipal()).principal();
    }

    /** For resources that only {@link Principal.Store#ROLE} may call. */
    public Principal.Store store() {
        return (Principal.Store) principal();
    }
}
