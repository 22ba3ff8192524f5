package dev.wearon.gateway.shopify;

import dev.wearon.gateway.sealing.Sealer;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The app of this suite at Shopify, with its secrets. */
@Singleton
@Startup
public class ShopifyApp {

    private static final int SHORTEST_SECRET = 16;

    private final Optional<String> clientId;
    private final List<String> secrets;
    private final Sealer tokens;
    private final String url;

    ShopifyApp(ShopifyConfig config) {
        this.clientId = config.clientId();
        this.secrets = Stream.of(config.clientSecret(), config.clientSecretBefore())
                .flatMap(Optional::stream)
                .map(String::strip)
                .toList();
        this.tokens = new Sealer("WEARON_SHOPIFY_TOKEN_KEYS", config.tokenKeys().orElse(List.of()));
        this.url = config.url();
        if (secrets.stream().anyMatch(secret -> secret.length() < SHORTEST_SECRET)) {
            throw new ConfigurationException(
                    "WEARON_SHOPIFY_CLIENT_SECRET and WEARON_SHOPIFY_CLIENT_SECRET_BEFORE must have" + " at least "
                            + SHORTEST_SECRET + " characters");
        } else if (clientId.isPresent() && (config.clientSecret().isEmpty() || tokens.isOff())) {
            throw new ConfigurationException(
                    "WEARON_SHOPIFY_CLIENT_ID needs WEARON_SHOPIFY_CLIENT_SECRET and" + " WEARON_SHOPIFY_TOKEN_KEYS");
        }
    }

    /** This suite has no app. */
    public boolean isOff() {
        return clientId.isEmpty();
    }

    /** Must not be called if it is off. */
    public String clientId() {
        return clientId.orElseThrow();
    }

    /** The secrets with which Shopify may have signed: one, or two during a rotation. Empty if it is off. */
    public List<byte[]> secrets() {
        return isOff()
                ? List.of()
                : secrets.stream()
                        .map(secret -> secret.getBytes(StandardCharsets.UTF_8))
                        .toList();
    }

    /** The secret that proves this app to Shopify. */
    String secret() {
        return secrets.getFirst();
    }

    /** Encrypts the tokens of stores. */
    Sealer tokens() {
        return tokens;
    }

    /** The base of every URL of a shop, without a slash at its end. */
    public String url(ShopDomain shop) {
        return url.replace("{shop}", shop.name());
    }
}
