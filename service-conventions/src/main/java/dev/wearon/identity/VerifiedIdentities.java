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
 * Verifies signed identities and remembers the good ones, as the same few are sent for minutes and an RSA signature costs
 * more than a small request. Only what was verified is kept, for the whole token as the key, so a changed one is a
 * stranger; and an identity ends with its own time, remembered or not.
 */
@Alternative
@Priority(1)
@Singleton
class VerifiedIdentities extends JWTCallerPrincipalFactory {

    /** As long as an identity lives, and as long as one outlives the key that signed it. */
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private final JWTCallerPrincipalFactory verifier = new DefaultJWTCallerPrincipalFactory();
    private final Cache<Asked, Verified> verified;

    VerifiedIdentities(@ConfigProperty(name = "wearon.identity.verified-cache-size") int cacheSize) {
        this.verified = Caffeine.newBuilder()
                .maximumSize(cacheSize)
                .expireAfterWrite(LONGEST)
                .build();
    }

    /** The rules belong to the question: what one set of keys found good says nothing about another. */
    private record Asked(String token, JWTAuthContextInfo rules) {}

    /** A good identity and who it speaks for. */
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
        Asked asked = new Asked(token, rules);
        Verified identity = verified.getIfPresent(asked);
        if (identity == null) {
            IssuerBinding.require(verifier.parse(token, rules));
            identity = verified(token);
            verified.put(asked, identity);
        }
        // The library by itself grants another minute and cannot be told to grant none. Clocks that disagree have their
        // allowance already: a signer stops using an identity a minute before its end.
        if (Instant.now().getEpochSecond() >= identity.getExpirationTime()) {
            throw new ParseException("The identity has ended");
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
