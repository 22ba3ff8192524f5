package dev.wearon.http;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jboss.logging.MDC;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/**
 * The request id: kept from the caller when it is sane, else made; in every log line of the request as
 * {@code request_id}, and echoed on every answer.
 */
public final class RequestId {

    public static final String HEADER = "X-Request-Id";

    /** Key of the logging context. */
    public static final String LOG_KEY = "request_id";

    /** It stands in every log line, so what looks like an e-mail address, an API key or a signed identity is no id. */
    private static final Pattern SANE =
            Pattern.compile("(?!.*(@|wk_[0-9a-f]{14}|eyJ[A-Za-z0-9_-]{16}))[\\x21-\\x7e]{1,128}");

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
     * @param offered what the caller sent, may be null
     * @return {@code offered} if it is 1 to 128 visible ASCII characters and looks like nobody's secret, else {@code req_}
     *     and a random UUID
     */
    public static String keepOrMake(String offered) {
        return offered != null && SANE.matcher(offered).matches() ? offered : "req_" + UUID.randomUUID();
    }
}
