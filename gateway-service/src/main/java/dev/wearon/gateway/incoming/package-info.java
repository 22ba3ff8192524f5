/**
 * Webhooks of Shopify. A webhook is stored before it is answered with 200, and worked on afterwards, at least once: at once by the
 * process that stored it, otherwise by a job of any process. One {@link dev.wearon.gateway.incoming.WebhookHandler} has a topic.
 * Shopify sends some webhooks twice, late, in another order, or never.
 *
 * <p>The body is deleted when the webhook is done; the row stays for 30 days. Nothing of a body may be logged.
 */
package dev.wearon.gateway.incoming;
