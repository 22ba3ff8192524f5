package dev.wearon.gateway.incoming;

import io.smallrye.mutiny.Uni;
import java.util.Set;

/** Does what a webhook asks for. A CDI bean; one per topic. */
public interface WebhookHandler {

    /** For example {@code orders/paid}. */
    Set<String> topics();

    /**
     * Works on a webhook. It can be called again for the same one, also at the same time, and before or after others of its shop, so
     * it must be repeatable.
     *
     * @return a failure is repeated, as {@link Handled.Later} is
     */
    Uni<Handled> handle(IncomingWebhook webhook);
}
