/**
 * Stores: the merchants of the suite and their terms (who pays, which tier, which subscription).
 *
 * <p>Only this service has the whole row. What others must know of a store travels in the signed identity of each
 * request, so nothing is synchronised. A shop domain belongs to one store; it is a host name in lower case.
 */
package dev.wearon.gateway.stores;
