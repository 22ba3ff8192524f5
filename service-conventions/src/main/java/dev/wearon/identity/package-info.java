/**
 * The caller of a request: a sealed {@link dev.wearon.identity.Principal}, the signed identities that carry it between
 * services ({@link dev.wearon.identity.Identities}), and the rules that say which key may sign for which caller.
 *
 * <p>Promise: a principal is created once per verified token. Only the gateway may issue identities of stores, shoppers and
 * consumers; each service may issue only identities of itself. An identity with a missing or malformed claim is refused with 401.
 *
 * <p>Limit: API keys and the permissions of a request are checked in the gateway ({@code gateway.access}).
 */
package dev.wearon.identity;
