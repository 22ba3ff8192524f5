package dev.wearon.gateway.shopify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wearon.gateway.sealing.HmacSha256;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Checks session tokens: JWTs with HS256 and the client secret, which live for a minute. Only this algorithm is known here, so a
 * token cannot choose another one.
 */
@Singleton
public class SessionTokens {

    private static final String SCHEME = "Bearer ";
    private static final String HTTPS = "https://";
    private static final int LONGEST = 4_096;
    private static final Duration SKEW = Duration.ofSeconds(10);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ShopifyApp app;
    private final InstantSource clock;

    @Inject
    SessionTokens(ShopifyApp app) {
        this(app, InstantSource.system());
    }

    SessionTokens(ShopifyApp app, InstantSource clock) {
        this.app = app;
        this.clock = clock;
    }

    public boolean isOff() {
        return app.isOff();
    }

    /**
     * @param authorization all {@code Authorization} headers of the request; there must be exactly one
     * @return empty if it is not valid now
     */
    public Optional<SessionToken> check(List<String> authorization) {
        return authorization.size() == 1 && authorization.getFirst().startsWith(SCHEME)
                ? check(authorization.getFirst().substring(SCHEME.length()))
                : Optional.empty();
    }

    private Optional<SessionToken> check(String token) {
        String[] parts = token.split("\\.", -1);
        if (token.length() > LONGEST || parts.length != 3 || !isSigned(parts)) {
            return Optional.empty();
        }
        try {
            if (!read(parts[0]).path("alg").asText().equals("HS256")) {
                return Optional.empty();
            }
            return shop(read(parts[1])).map(shop -> new SessionToken(shop, token));
        } catch (IOException | IllegalArgumentException notAToken) {
            return Optional.empty();
        }
    }

    /** Compares with every secret, so that the time does not reveal which one fits. */
    private boolean isSigned(String[] parts) {
        byte[] offered;
        try {
            offered = Base64.getUrlDecoder().decode(parts[2]);
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
        byte[] signed = (parts[0] + "." + parts[1]).getBytes(StandardCharsets.UTF_8);
        boolean valid = false;
        for (byte[] secret : app.secrets()) {
            valid |= HmacSha256.matches(secret, signed, offered);
        }
        return valid;
    }

    private Optional<ShopDomain> shop(JsonNode claims) {
        Instant now = clock.instant();
        JsonNode exp = claims.path("exp");
        JsonNode nbf = claims.path("nbf");
        boolean current = exp.canConvertToLong()
                && nbf.canConvertToLong()
                && exp.longValue() > now.minus(SKEW).getEpochSecond()
                && nbf.longValue() <= now.plus(SKEW).getEpochSecond();
        JsonNode aud = claims.path("aud");
        if (!current || !aud.isTextual() || !aud.textValue().equals(app.clientId())) {
            return Optional.empty();
        }
        String dest = claims.path("dest").asText("");
        String iss = claims.path("iss").asText("");
        return dest.startsWith(HTTPS) && iss.equals(dest + "/admin")
                ? ShopDomain.of(dest.substring(HTTPS.length()))
                : Optional.empty();
    }

    private static JsonNode read(String part) throws IOException {
        return JSON.readTree(Base64.getUrlDecoder().decode(part));
    }
}
