package dev.wearon.identity;

import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.jwt.auth.principal.JWTParser;
import io.smallrye.jwt.auth.principal.ParseException;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.jboss.logging.MDC;

/** The callers of this service, by their signed identities. */
@Singleton
public final class Caller {

    /** The key of the store in the logging context. */
    public static final String STORE_LOG_KEY = "store_id";

    private static final String SCHEME = "Bearer ";

    private final SecurityIdentity current;
    private final JWTParser parser;

    Caller(SecurityIdentity current, JWTParser parser) {
        this.current = current;
        this.parser = parser;
    }

    /**
     * Verifies an identity outside of JAX-RS: that of a route of the router, or of a member of a batch.
     *
     * @param authorization in the form of an {@code Authorization} header, or null
     * @return empty unless the identity is valid now
     */
    public Optional<Principal> verify(String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return Optional.empty();
        }
        try {
            return Optional.of(logged(principalOf(parser.parse(authorization.substring(SCHEME.length())))));
        } catch (ParseException invalid) {
            return Optional.empty();
        }
    }

    /** Names the store in the further log lines of the request. */
    private static Principal logged(Principal principal) {
        if (principal instanceof Principal.OfStore ofStore) {
            MDC.put(STORE_LOG_KEY, ofStore.storeId().toString());
        }
        return principal;
    }

    private static Principal principalOf(java.security.Principal verified) {
        return ((VerifiedIdentities.Verified) verified).principal();
    }

    /**
     * The principal of the current request of JAX-RS; all requests with its token share it. Use it only with
     * {@code @RolesAllowed}, which verifies the identity first.
     */
    public Principal principal() {
        return logged(principalOf(current.getPrincipal()));
    }

    /** The caller at a store. Use it only where the roles of {@link Principal.OfStore} are required, or one of them. */
    public Principal.OfStore ofStore() {
        return (Principal.OfStore) principal();
    }
}
