package dev.wearon.gateway.envelope;

import dev.wearon.http.Problem;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/** Puts the responses of the gateway's own resources into the envelope. */
public final class EnvelopeFilter {

    @ServerResponseFilter
    public void wrap(ContainerResponseContext response, RoutingContext ctx) {
        Object entity = response.getEntity();
        Envelope envelope;
        if (entity instanceof Problem.Body refusal) {
            Responses.recordRefusal(ctx, refusal.code());
            envelope = new Envelope(null, refusal);
        } else {
            envelope = new Envelope(entity, null);
        }
        response.setEntity(envelope, null, MediaType.APPLICATION_JSON_TYPE);
    }
}
