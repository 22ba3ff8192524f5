package dev.wearon.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.smallrye.jwt.auth.principal.DefaultJWTCallerPrincipal;
import io.smallrye.jwt.auth.principal.DefaultJWTCallerPrincipalFactory;
import io.smallrye.jwt.auth.principal.JWTAuthContextInfo;
import io.smallrye.jwt.auth.principal.JWTCallerPrincipal;
import io.smallrye.jwt.auth.principal.JWTCallerPrincipalFactory;
import io.smallrye.jwt.auth.principal.ParseException;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.consumer.InvalidJwtException;

/**
 * Verifies signed identities and caches the valid ones. The same tokens are sent for minutes, and verifying an RSA signature
 * costs more than a small request. The key of the cache is the whole token, so a modified token is never found. The expiry is
 * checked on every use.
 */
@Alternative
@Priority(1)
@Singleton
class VerifiedIdentities extends JWTCallerPrincipalFactory {

    /** The lifetime of an identity. After its key is removed, a cached identity stays valid for at most this time. */
    private static final Duration LIFETIME = Duration.ofMinutes(5);

    private final JWTCallerPrincipalFactory verifier = new DefaultJWTCallerPrincipalFactory();
    private final Cache<CacheKey, Verified> verified;

    VerifiedIdentities(@ConfigProperty(name = "wearon.identity.verified-cache-size") int cacheSize) {
        this.verified = Caffeine.newBuilder()
                .maximumSize(cacheSize)
                .expireAfterWrite(LIFETIME)
                .build();
    }

    /** Includes the verification rules: a token that is valid for one set of keys may be invalid for another. */
    private record CacheKey(String token, JWTAuthContextInfo rules) {}

    /** A valid identity with its principal. */
    static final class Verified extends DefaultJWTCallerPrincipal {

        private final Principal principal;

        private Verified(String token, JwtClaims claims, Principal principal) {
            super(token, "JWT", claims);
            this.principal = principal;
        }

        Principal principal() {
            return principal;
        }
    }

    @Override
    public JWTCallerPrincipal parse(String token, JWTAuthContextInfo rules) throws ParseException {
        CacheKey key = new CacheKey(token, rules);
        Verified identity = verified.getIfPresent(key);
        if (identity == null) {
            IssuerBinding.require(verifier.parse(token, rules));
            identity = verified(token);
            verified.put(key, identity);
        }
        // The library accepts a token for a minute after its expiry, which cannot be configured. Clock skew is already
        // covered: a signer stops using an identity one minute before its expiry.
        if (Instant.now().getEpochSecond() >= identity.getExpirationTime()) {
            throw new ParseException("The identity has expired");
        }
        return identity;
    }

    private static Verified verified(String token) throws ParseException {
        try {
            byte[] payload = Base64.getUrlDecoder().decode(token.split("\\.")[1]);
            JwtClaims claims = JwtClaims.parse(new String(payload, StandardCharsets.UTF_8));
            return new Verified(token, claims, Identities.read(claims));
        } catch (InvalidJwtException | IllegalArgumentException malformed) {
            throw new ParseException("The identity has a malformed claim", malformed);
        }
    }
}
