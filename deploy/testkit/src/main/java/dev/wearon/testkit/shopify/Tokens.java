package dev.wearon.testkit.shopify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * The offline tokens of one shop: one chain. An exchange or a refresh ends the access token before it at once; how long Shopify
 * lets it live is not documented. The old refresh token may be used again until the new pair was used; each time it gives
 * another pair, and ends the unused one (not documented, stricter than the same pair again).
 */
final class Tokens {

    static final Duration ACCESS = Duration.ofSeconds(3_600);
    static final Duration REFRESH = Duration.ofSeconds(7_776_000);
    static final String SCOPES =
            "read_customers,read_orders,read_publications,write_app_proxy,write_products,write_publications";
    private static final Duration SKEW = Duration.ofSeconds(10);
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** @param body of the answer */
    record Answer(int status, Map<String, Object> body) {}

    private record Pair(String access, Instant accessEnds, String refresh, Instant refreshEnds) {}

    private final String domain;
    private final String clientId;
    private final String secret;
    private final InstantSource clock;
    private Pair current;
    private Pair before;

    Tokens(String domain, String clientId, String secret, InstantSource clock) {
        this.domain = domain;
        this.clientId = clientId;
        this.secret = secret;
        this.clock = clock;
    }

    synchronized void revoke() {
        current = null;
        before = null;
    }

    /** 200, 401 for an unknown or ended token, 403 for one that does not expire. */
    synchronized int check(String access) {
        if (current == null || !current.access().equals(access)) {
            return 401;
        }
        before = null;
        return current.refresh() == null ? 403 : clock.instant().isBefore(current.accessEnds()) ? 200 : 401;
    }

    synchronized Answer answer(JsonNode request) {
        if (!clientId.equals(text(request, "client_id")) || !secret.equals(text(request, "client_secret"))) {
            // Status and code are not documented.
            return refused("invalid_client");
        }
        return switch (text(request, "grant_type")) {
            case "refresh_token" -> refresh(text(request, "refresh_token"));
            case "urn:ietf:params:oauth:grant-type:token-exchange" -> exchange(request);
            default -> refused("unsupported_grant_type");
        };
    }

    private Answer exchange(JsonNode request) {
        if (!text(request, "requested_token_type").equals("urn:shopify:params:oauth:token-type:offline-access-token")) {
            return refused("invalid_request");
        }
        boolean expiring = text(request, "expiring").equals("1");
        String subject = text(request, "subject_token");
        boolean valid =
                switch (text(request, "subject_token_type")) {
                    case "urn:ietf:params:oauth:token-type:id_token" -> isSessionToken(subject);
                    case "urn:shopify:params:oauth:token-type:offline-access-token" ->
                        expiring
                                && current != null
                                && current.refresh() == null
                                && current.access().equals(subject);
                    default -> false;
                };
        if (!valid) {
            return refused("invalid_subject_token");
        }
        before = null;
        return issue(expiring);
    }

    private Answer refresh(String refresh) {
        boolean first = current != null && refresh.equals(current.refresh());
        Pair used = first ? current : before;
        if (used == null || !refresh.equals(used.refresh()) || !clock.instant().isBefore(used.refreshEnds())) {
            return refused("invalid_grant");
        }
        before = used;
        return issue(true);
    }

    private Answer issue(boolean expiring) {
        Instant now = clock.instant();
        current = expiring
                ? new Pair(
                        "shpat_" + UUID.randomUUID(), now.plus(ACCESS), "shprt_" + UUID.randomUUID(), now.plus(REFRESH))
                : new Pair("shpat_" + UUID.randomUUID(), Instant.MAX, null, null);
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("access_token", current.access());
        body.put("scope", SCOPES);
        if (expiring) {
            body.put("expires_in", ACCESS.toSeconds());
            body.put("refresh_token", current.refresh());
            body.put("refresh_token_expires_in", REFRESH.toSeconds());
        }
        return new Answer(200, body);
    }

    private boolean isSessionToken(String token) {
        String[] parts = token.split("\\.");
        try {
            String claims = new String(Base64.getUrlDecoder().decode(parts.length == 3 ? parts[1] : ""));
            JsonNode read = MAPPER.readTree(claims);
            Instant now = clock.instant();
            return token.equals(Signatures.token(secret, claims))
                    && clientId.equals(text(read, "aud"))
                    && text(read, "dest").equals("https://" + domain)
                    && text(read, "iss").equals("https://" + domain + "/admin")
                    && now.minus(SKEW)
                            .isBefore(Instant.ofEpochSecond(read.path("exp").asLong()))
                    && !now.plus(SKEW)
                            .isBefore(Instant.ofEpochSecond(read.path("nbf").asLong()));
        } catch (IOException | IllegalArgumentException notAToken) {
            return false;
        }
    }

    private static Answer refused(String code) {
        return new Answer(400, Map.of("error", code));
    }

    private static String text(JsonNode from, String name) {
        return from.path(name).asText("");
    }
}
