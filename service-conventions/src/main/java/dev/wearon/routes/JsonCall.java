package dev.wearon.routes;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wearon.http.RequestId;
import dev.wearon.identity.Principal;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.List;

/** A request with a verified identity and its complete body. */
public final class JsonCall {

    private final RoutingContext ctx;
    private final Principal principal;
    private final Buffer body;
    private final ObjectMapper json;

    JsonCall(RoutingContext ctx, Principal principal, Buffer body, ObjectMapper json) {
        this.ctx = ctx;
        this.principal = principal;
        this.body = body;
        this.json = json;
    }

    public Principal principal() {
        return principal;
    }

    /** The caller at a store. Use it only where {@link Principal.OfStore} is required, or one of its kinds. */
    public Principal.OfStore ofStore() {
        return (Principal.OfStore) principal;
    }

    /** The verified {@code Authorization} header. */
    public String authorization() {
        return ctx.request().getHeader(HttpHeaders.AUTHORIZATION);
    }

    public String requestId() {
        return ctx.request().getHeader(RequestId.HEADER);
    }

    /** All values of a header; empty if it is absent. */
    public List<String> headers(String name) {
        return ctx.request().headers().getAll(name);
    }

    /** @param name as in the path of the route, without the colon */
    public String pathParameter(String name) {
        return ctx.pathParam(name);
    }

    /** @throws IOException if the body is no JSON, or other JSON than {@code type} */
    public <T> T body(Class<T> type) throws IOException {
        return json.readValue(body.getBytes(), type);
    }

    /** @throws IOException if the body is no JSON, or other JSON than {@code type} */
    public <T> T body(TypeReference<T> type) throws IOException {
        return json.readValue(body.getBytes(), type);
    }

    /** @throws IOException if the body is no JSON */
    public JsonNode bodyTree() throws IOException {
        return json.readTree(body.getBytes());
    }
}
