package dev.wearon.identity;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.jwt.auth.principal.ParseException;
import io.smallrye.jwt.util.KeyUtils;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.lang.JoseException;

/**
 * Checks that the signer of an identity may issue it. The name of a key ({@code kid}) starts with its issuer, up to a slash:
 * {@code gateway/…} and {@code gateway} are keys of the gateway. An issuer may have several keys with different names. Only
 * the gateway may issue identities of stores, shoppers and consumers; a service may issue only its own. Without this check
 * every service with a signing key could act as any store.
 */
@ApplicationScoped
final class IssuerBinding {

    private static final String GATEWAY = "gateway";
    private static final String PUBLIC_KEYS = "WEARON_IDENTITY_PUBLIC_KEYS";
    private static final String PRIVATE_KEY = "WEARON_IDENTITY_PRIVATE_KEY";
    private static final ObjectMapper JSON = new ObjectMapper();

    /** @param name the {@code kid} in the tokens that it signs */
    record SigningKey(String name, PrivateKey key) {}

    /** Stops the start without usable keys. Otherwise every request would get a 401. */
    void requireKeys(
            @Observes StartupEvent start,
            @ConfigProperty(name = "mp.jwt.verify.publickey.location") String publicKeys) {
        publicKeys(publicKeys);
    }

    /**
     * Reads the key of {@code issuer} from the PEM file {@code privateKey}.
     *
     * @throws ConfigurationException if its public key is not in the set, or has the name of another issuer there
     */
    static SigningKey signingKey(String issuer, String privateKey, String publicKeys) {
        RSAPrivateCrtKey key = privateKey(privateKey);
        String name = publicKeys(publicKeys).entrySet().stream()
                .filter(named -> named.getValue().getModulus().equals(key.getModulus())
                        && named.getValue().getPublicExponent().equals(key.getPublicExponent()))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(() -> new ConfigurationException(
                        "The public key of %s is not in the set of %s (%s), so its signatures could not be verified"
                                .formatted(PRIVATE_KEY, PUBLIC_KEYS, publicKeys)));
        if (!issuer.equals(issuer(name))) {
            throw new ConfigurationException("%s must be the file of a key of %s; in the set of %s its name is %s"
                    .formatted(PRIVATE_KEY, issuer, PUBLIC_KEYS, name));
        }
        return new SigningKey(name, key);
    }

    private static RSAPrivateCrtKey privateKey(String file) {
        try {
            if (KeyUtils.decodePrivateKey(Files.readString(Path.of(file))) instanceof RSAPrivateCrtKey key) {
                return key;
            }
            throw new ConfigurationException(
                    "%s must be the file of an RSA key; %s is not".formatted(PRIVATE_KEY, file));
        } catch (IOException | GeneralSecurityException | IllegalArgumentException unreadable) {
            throw unreadable(PRIVATE_KEY, "PEM file with this service's own key", file);
        }
    }

    /** The public keys by name. Refuses duplicate names, because one of the keys would never be found. */
    private static Map<String, RSAPublicKey> publicKeys(String file) {
        Map<String, RSAPublicKey> keys = new LinkedHashMap<>();
        try {
            for (JsonWebKey jwk : new JsonWebKeySet(Files.readString(Path.of(file))).getJsonWebKeys()) {
                if (jwk.getKeyId() == null || !(jwk.getKey() instanceof RSAPublicKey key)) {
                    throw new ConfigurationException(
                            "Each key in the set of %s (%s) must be an RSA key with a name (kid)"
                                    .formatted(PUBLIC_KEYS, file));
                }
                if (keys.put(jwk.getKeyId(), key) != null) {
                    throw new ConfigurationException(
                            "Two keys in the set of %s (%s) have the same name (kid) %s; give one of them the name %s/2"
                                    .formatted(PUBLIC_KEYS, file, jwk.getKeyId(), issuer(jwk.getKeyId())));
                }
            }
        } catch (IOException | JoseException unreadable) {
            throw unreadable(PUBLIC_KEYS, "JWK set with the keys that sign identities", file);
        }
        return keys;
    }

    private static ConfigurationException unreadable(String variable, String what, String file) {
        return new ConfigurationException(
                "%s must be the path of a readable %s; it is %s".formatted(variable, what, file));
    }

    /** @param token with a verified signature */
    static void require(JsonWebToken token) throws ParseException {
        if (!mayClaim(token)) {
            throw new ParseException("The signer of the identity may not issue it");
        }
    }

    private static boolean mayClaim(JsonWebToken token) throws ParseException {
        String signer = issuer(keyName(token.getRawToken()));
        return signer.equals(token.getIssuer())
                && (token.getGroups().equals(Set.of(Principal.Service.ROLE)) || signer.equals(GATEWAY));
    }

    private static String issuer(String keyName) {
        return keyName.split("/", 2)[0];
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
