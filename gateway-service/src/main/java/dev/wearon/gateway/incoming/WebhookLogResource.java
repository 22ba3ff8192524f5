package dev.wearon.gateway.incoming;

import dev.wearon.gateway.admin.Operator;
import dev.wearon.http.Problem;
import dev.wearon.paging.PageRequest;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;

/** The operator reads the log of Shopify's webhooks, and replays one. */
@Path("/admin/v1/webhooks/shopify")
public class WebhookLogResource {

    private final WebhookLog log;
    private final WebhookWork work;
    private final Operator operator;

    WebhookLogResource(WebhookLog log, WebhookWork work, Operator operator) {
        this.log = log;
        this.work = work;
        this.operator = operator;
    }

    @GET
    public Uni<LoggedWebhook.Page> read(
            @RestQuery String state,
            @RestQuery String topic,
            @RestQuery String shop,
            @RestQuery String limit,
            @RestQuery String cursor) {
        return log.page(WebhookFilter.of(state, topic, shop), PageRequest.of(limit, cursor));
    }

    @POST
    @Path("/{id}/replay")
    public Uni<LoggedWebhook> replay(@RestPath UUID id, @Context HttpHeaders headers) {
        return log.replay(operator.author(headers), id).map(replay -> switch (replay) {
            case WebhookLog.Replay.Waiting(LoggedWebhook webhook) -> {
                work.beginDue();
                yield webhook;
            }
            case WebhookLog.Replay.Handled() ->
                throw Problem.of(
                        Problem.Code.WEBHOOK_HANDLED,
                        "This webhook was handled, and its body is deleted. The hourly sweep reads changed orders from"
                                + " Shopify again.");
            case WebhookLog.Replay.NoSuchWebhook() -> throw Problem.notFound("The webhook");
        });
    }
}
