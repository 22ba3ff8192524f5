package dev.wearon.gateway.webhooks;

import dev.wearon.gateway.sealing.Sealer;
import io.quarkus.runtime.Startup;
import io.vertx.core.buffer.Buffer;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.UUID;

/** Makes the secrets of endpoints, and encrypts them for the database. */
@Singleton
@Startup
public class WebhookSecrets {

    private static final int SECRET_BYTES = 32;
    private static final String PREFIX = "whsec_";

    private final SecureRandom random = new SecureRandom();
    private final Sealer sealer;

    @Inject
    WebhookSecrets(WebhooksConfig config) {
        this(config.keys().orElse(List.of()));
    }

    WebhookSecrets(List<String> keys) {
        this.sealer = new Sealer("WEARON_WEBHOOK_KEYS", keys);
    }

    /**
     * A secret of an endpoint.
     *
     * @param value as the store gets it: {@code whsec_} and Base64
     * @param sealed as the database has it
     */
    record New(String value, Buffer sealed) {

        @Override
        public String toString() {
            return "New[not shown]";
        }
    }

    /** The operator has not set a key. */
    boolean isOff() {
        return sealer.isOff();
    }

    /** @param endpointId the only endpoint for which the sealed secret can be opened */
    New generate(UUID endpointId) {
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        return new New(PREFIX + Base64.getEncoder().encodeToString(secret), sealer.seal(endpointId, secret));
    }

    /**
     * Decrypts a secret.
     *
     * @return {@code whsec_} and Base64
     * @throws IllegalStateException if none of the keys fits
     */
    public String open(UUID endpointId, Buffer sealed) {
        return PREFIX + Base64.getEncoder().encodeToString(sealer.open(endpointId, sealed));
    }
}
