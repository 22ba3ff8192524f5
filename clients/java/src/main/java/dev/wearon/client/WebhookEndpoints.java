package dev.wearon.client;

import dev.wearon.client.errors.WearOnException;
import dev.wearon.client.model.NewWebhookEndpoint;
import dev.wearon.client.model.NewWebhookSecret;
import dev.wearon.client.model.ReplayedWebhookMessages;
import dev.wearon.client.model.SentWebhookMessage;
import dev.wearon.client.model.WebhookAttempt;
import dev.wearon.client.model.WebhookEndpoint;
import dev.wearon.client.model.WebhookEventType;
import dev.wearon.client.transport.Call;
import dev.wearon.client.transport.Transport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Where the store receives webhooks. The key needs the scope {@code webhooks:write}. */
public final class WebhookEndpoints {

    private static final String PATH = "/api/v1/webhook-endpoints";

    private final Transport transport;

    WebhookEndpoints(Transport transport) {
        this.transport = transport;
    }

    /** As {@link #create(String, List)}, for all events. */
    public NewWebhookEndpoint create(String url) {
        return create(url, List.of());
    }

    /**
     * Receives webhooks. Keep the secret of the result: it is not shown again, and {@link Webhooks#verify} needs it.
     *
     * @param eventTypes empty: all
     * @throws WearOnException {@code ENDPOINT_EXISTS} if the store has this URL already, also if an attempt whose response was
     *     lost has created it; {@link #rotateSecret} gives it a new secret
     */
    public NewWebhookEndpoint create(String url, List<WebhookEventType> eventTypes) {
        Map<String, Object> body = Map.of("url", url, "event_types", values(eventTypes));
        return transport.call(Call.post(PATH, body)).data(NewWebhookEndpoint.class);
    }

    /** All endpoints of the store, newest first. */
    public List<WebhookEndpoint> list() {
        return transport.call(Call.get(PATH)).dataList("endpoints", WebhookEndpoint.class);
    }

    public WebhookEndpoint get(UUID id) {
        return transport.call(Call.get(at(id))).data(WebhookEndpoint.class);
    }

    public WebhookEndpoint changeUrl(UUID id, String url) {
        return change(id, "url", url);
    }

    /** @param eventTypes empty: all */
    public WebhookEndpoint changeEventTypes(UUID id, List<WebhookEventType> eventTypes) {
        return change(id, "event_types", values(eventTypes));
    }

    /** Also ends a disabling by WearOn. What waits is sent. */
    public WebhookEndpoint enable(UUID id) {
        return change(id, "enabled", true);
    }

    public WebhookEndpoint disable(UUID id) {
        return change(id, "enabled", false);
    }

    private WebhookEndpoint change(UUID id, String field, Object value) {
        return transport.call(Call.patch(at(id), Map.of(field, value))).data(WebhookEndpoint.class);
    }

    /** @throws WearOnException {@code NOT_FOUND} if there is none, also if an attempt whose response was lost has deleted it */
    public void delete(UUID id) {
        transport.call(Call.delete(at(id)));
    }

    /** As {@link #rotateSecret(UUID, Duration)}, with an overlap of a day. */
    public NewWebhookSecret rotateSecret(UUID id) {
        return rotated(id, Map.of());
    }

    /**
     * Makes a new secret.
     *
     * @param overlap how long the secret before also signs, at most a day; with zero it ends at once
     * @throws WearOnException {@code ENDPOINT_NOT_READY} if the secret before still signs, also if an attempt whose response was
     *     lost has rotated it; with an overlap of zero a new secret takes the place of both
     */
    public NewWebhookSecret rotateSecret(UUID id, Duration overlap) {
        return rotated(id, Map.of("overlap_seconds", overlap.toSeconds()));
    }

    private NewWebhookSecret rotated(UUID id, Map<String, Object> body) {
        return transport.call(Call.post(at(id) + "/rotate-secret", body)).data(NewWebhookSecret.class);
    }

    /** What was sent in the last 30 days, newest first. A page is one request, made when it is needed. */
    public Iterable<WebhookAttempt> attempts(UUID id) {
        Call first = Call.get(at(id) + "/attempts").query("limit", Pages.LARGEST);
        return () -> new Pages<>(transport, first, "attempts", WebhookAttempt.class);
    }

    /**
     * Sends a message of the type {@code endpoint.test}.
     *
     * @return its id
     */
    public UUID test(UUID id) {
        return transport
                .call(Call.post(at(id) + "/test", null))
                .data(SentWebhookMessage.class)
                .messageId();
    }

    /** Sends a message again, with the same id. One that is on its way is not sent twice. */
    public void resend(UUID id, UUID messageId) {
        transport.call(Call.post(at(id) + "/messages/" + messageId + "/resend", null));
    }

    /**
     * Sends messages again, at most 1,000. {@code nextSince} of the result begins the next call; it is null if there are no others.
     *
     * @param since messages of events from then on
     * @param includeDelivered whether not only those that have failed
     */
    public ReplayedWebhookMessages replay(UUID id, Instant since, boolean includeDelivered) {
        Map<String, Object> body = Map.of("since", since.toString(), "include_delivered", includeDelivered);
        return transport.call(Call.post(at(id) + "/replay", body)).data(ReplayedWebhookMessages.class);
    }

    private static String at(UUID id) {
        return PATH + "/" + id;
    }

    private static List<String> values(List<WebhookEventType> eventTypes) {
        return eventTypes.stream().map(WebhookEventType::getValue).toList();
    }
}
