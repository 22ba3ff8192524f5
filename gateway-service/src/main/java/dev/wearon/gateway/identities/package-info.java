/**
 * Says to the services behind the gateway on whose behalf a request comes: a short-lived signed identity.
 *
 * <p>It says who, not which request, and is therefore made once for a caller and reused for four of its five minutes. The
 * caller includes the store's terms, so changed terms make a new identity with the next request.
 */
package dev.wearon.gateway.identities;
