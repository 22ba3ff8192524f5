/**
 * Who is calling: a sealed {@link dev.wearon.identity.Principal}, the identities that carry it from the gateway to a service
 * and from one service to another ({@link dev.wearon.identity.Identities} writes and reads them), and which key may sign for
 * whom.
 *
 * <p>Promise: a principal is built once for each verified token. Only the gateway's keys may speak for a store, a shopper or
 * a consumer; each service may speak for itself. An identity with a claim that is missing or malformed is refused with 401.
 *
 * <p>Limit: whether a key may be used, and what a request may do, is the gateway's business ({@code gateway.access}).
 */
package dev.wearon.identity;
