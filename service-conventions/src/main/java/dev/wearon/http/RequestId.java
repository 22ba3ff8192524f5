package dev.wearon.http;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jboss.logging.MDC;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/**
 * The request id. A valid id of the caller is kept, otherwise one is generated. It is in every log line of the request as
 * {@code request_id}, and in every response.
 */
public final class RequestId {

    public static final String HEADER = "X-Request-Id";

    /** The key in the logging context. */
    public static final String LOG_KEY = "request_id";

    private static final int MAX_LENGTH = 128;

    /** The id is logged, so it must not look like an API key, a shopper token or a signed identity. */
    private static final Pattern SECRET = Pattern.compile("(wk|wst)_[0-9a-f]{14}|eyJ[A-Za-z0-9_-]{16}");

    @ServerRequestFilter(preMatching = true)
    public void keep(ContainerRequestContext request) {
        String id = keepOrMake(request.getHeaderString(HEADER));
        request.getHeaders().putSingle(HEADER, id);
        MDC.put(LOG_KEY, id);
    }

    @ServerResponseFilter
    public void echo(ContainerRequestContext request, ContainerResponseContext response) {
        response.getHeaders().putSingle(HEADER, request.getHeaderString(HEADER));
    }

    /**
     * @param offered the id of the caller, or null
     * @return {@code offered} if it is 1 to 128 visible ASCII characters and does not look like a secret, or else
     *     {@code req_} and a random UUID
     */
    public static String keepOrMake(String offered) {
        return offered != null && isValid(offered) ? offered : "req_" + randomUuid();
    }

    private static boolean isValid(String id) {
        if (id.isEmpty() || id.length() > MAX_LENGTH) {
            return false;
        }
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            // With an at sign it could be an e-mail address.
            if (c < '!' || c > '~' || c == '@') {
                return false;
            }
        }
        // Every hop checks the id, and almost no id contains the beginning of a secret.
        return !(id.contains("wk_") || id.contains("wst_") || id.contains("eyJ"))
                || !SECRET.matcher(id).find();
    }

    /** Unlike {@link UUID#randomUUID} without a lock that all threads share: the id need not be a secret. */
    private static UUID randomUuid() {
        var random = ThreadLocalRandom.current();
        long version4 = random.nextLong() & ~0xF000L | 0x4000L;
        long variant2 = random.nextLong() & ~(0b11L << 62) | 0b10L << 62;
        return new UUID(version4, variant2);
    }
}
