/**
 * Calls of hosts outside of the deployment, whose URLs come from clients or merchants.
 *
 * <p>{@link dev.wearon.egress.EgressGuard} checks a URL and all addresses of its host. {@link dev.wearon.egress.EgressClient}
 * connects to the address that was checked, so that an answer of DNS that changes in between has no effect; certificate and
 * {@code Host} are those of the name. It follows no redirects, and limits time and bytes. The caller decides which hosts are allowed at
 * all, and checks before each call. A URL may be a secret: nothing here logs one, and calls have no span.
 *
 * <p>Limit: the service that uses it must keep no metrics of these calls, because their labels contain the path. It switches the
 * metrics of HTTP clients off, or denies those whose {@code clientName} is {@link dev.wearon.egress.EgressClient#METRICS_NAME}.
 */
package dev.wearon.egress;
