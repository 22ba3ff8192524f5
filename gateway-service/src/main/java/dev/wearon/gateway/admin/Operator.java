package dev.wearon.gateway.admin;

import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Knows the operator by the token. */
@ApplicationScoped
@Startup
public class Operator {

    private static final int SHORTEST = 16;
    private static final String SCHEME = "Bearer ";

    private final byte[] tokenHash;

    Operator(@ConfigProperty(name = "wearon.admin.token") Optional<String> token) {
        if (token.orElse("").length() < SHORTEST) {
            throw new IllegalStateException(
                    "WEARON_ADMIN_TOKEN must be set to a secret of at least " + SHORTEST + " characters");
        }
        this.tokenHash = sha256(token.get());
    }

    /** @param authorization every {@code Authorization} header of the request; the token comes in exactly one */
    public boolean isCalling(List<String> authorization) {
        if (authorization.size() != 1 || !authorization.getFirst().startsWith(SCHEME)) {
            return false;
        }
        return MessageDigest.isEqual(tokenHash, sha256(authorization.getFirst().substring(SCHEME.length())));
    }

    private static byte[] sha256(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
