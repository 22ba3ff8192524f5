/**
 * Where stores receive webhooks: endpoints with a URL, the types of events that they want, and the secret that signs what they get.
 *
 * <p>Only the answer that creates or rotates a secret contains it. The table has it encrypted, because deliveries need it again. For
 * a day after a rotation both secrets sign, so that a receiver can change to the new one without a lost message.
 *
 * <p>A URL must lead to the public internet ({@link dev.wearon.egress.EgressGuard}). It is checked when the endpoint is created or
 * changed, and again before each delivery. It may be a secret of its receiver, so no log and no changelog contains it.
 *
 * <p>Limit: ten endpoints for a store, which the database enforces.
 */
package dev.wearon.gateway.webhooks;
