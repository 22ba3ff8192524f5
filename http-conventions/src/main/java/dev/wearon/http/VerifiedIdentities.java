package dev.wearon.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.smallrye.jwt.auth.principal.DefaultJWTCallerPrincipalFactory;
import io.smallrye.jwt.auth.principal.JWTAuthContextInfo;
import io.smallrye.jwt.auth.principal.JWTCallerPrincipal;
import io.smallrye.jwt.auth.principal.JWTCallerPrincipalFactory;
import io.smallrye.jwt.auth.principal.ParseException;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import org.eclipse.microprofile.config.inject.ConfigProperty;

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
    private final Cache<Asked, JWTCallerPrincipal> verified;

    VerifiedIdentities(@ConfigProperty(name = "wearon.identity.verified-count") int verifiedCount) {
        this.verified = Caffeine.newBuilder()
                .maximumSize(verifiedCount)
                .expireAfterWrite(LONGEST)
                .build();
    }

    /** The rules belong to the question: what one set of keys found good says nothing about another. */
    private record Asked(String token, JWTAuthContextInfo rules) {}

    @Override
    public JWTCallerPrincipal parse(String token, JWTAuthContextInfo rules) throws ParseException {
        Asked asked = new Asked(token, rules);
        JWTCallerPrincipal identity = verified.getIfPresent(asked);
        if (identity == null) {
            identity = verifier.parse(token, rules);
            IssuerBinding.require(identity);
            verified.put(asked, identity);
        }
        // The library by itself grants another minute and cannot be told to grant none. Clocks that disagree have their
        // allowance already: a signer stops using an identity a minute before its end.
        if (Instant.now().getEpochSecond() >= identity.getExpirationTime()) {
            throw new ParseException("The identity has ended");
        }
        return identity;
    }
}
