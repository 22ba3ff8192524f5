package dev.wearon.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.jwt.auth.principal.ParseException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.jwt.JsonWebToken;

/**
 * Binds a signed identity to who may sign it: the key's name must be the issuer's name, and only the gateway's key may
 * speak for a store. Without this, any service that holds a signing key could say that it is any store.
 */
@ApplicationScoped
final class IssuerBinding {

    private static final String GATEWAY = "gateway";
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Refuses to start without keys: every request would be refused later, each with a puzzling 401, and a service that
     * cannot sign could never give a credit back.
     */
    void requireKeys(
            @Observes StartupEvent start,
            @ConfigProperty(name = "mp.jwt.verify.publickey.location") String publicKeys,
            @ConfigProperty(name = "smallrye.jwt.sign.key.location") Optional<String> ownKey) {
        requireReadable(publicKeys, "WEARON_IDENTITY_PUBLIC_KEYS", "JWK set with the keys that sign identities");
        ownKey.ifPresent(
                file -> requireReadable(file, "WEARON_IDENTITY_PRIVATE_KEY", "PEM file with this service's own key"));
    }

    private static void requireReadable(String file, String variable, String what) {
        if (!Files.isReadable(Path.of(file))) {
            throw new IllegalStateException("%s must name a readable %s; it is %s".formatted(variable, what, file));
        }
    }

    /** @param token whose signature has been verified */
    static void require(JsonWebToken token) throws ParseException {
        if (!mayClaim(token)) {
            throw new ParseException("The identity was not signed by who may claim it");
        }
    }

    private static boolean mayClaim(JsonWebToken token) throws ParseException {
        String key = keyName(token.getRawToken());
        return key.equals(token.getIssuer()) && (!token.getGroups().contains(Caller.STORE) || key.equals(GATEWAY));
    }

    private static String keyName(String rawToken) throws ParseException {
        try {
            byte[] header = Base64.getUrlDecoder().decode(rawToken.substring(0, rawToken.indexOf('.')));
            return JSON.readTree(header).path("kid").asText();
        } catch (IOException unreadable) {
            throw new ParseException("The identity has an unreadable header", unreadable);
        }
    }
}
