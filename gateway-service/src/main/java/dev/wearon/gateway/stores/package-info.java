/**
 * Stores: the merchants and their terms (payment mode, tier, subscription, overage).
 *
 * <p>Only this service stores the whole row. The signed identity of each request contains the terms that other services need,
 * so nothing must be synchronised. A shop domain is a host name in lower case, belongs to one store and never changes. The
 * operator changes one or more terms at once, all or none of them. Every change is in the changelog. A merchant reads its
 * configuration and chooses the payment mode, in the same row.
 *
 * <p>No other package has statements on this table. Only the look-up of a key joins the view {@code gateway.store_terms}, to
 * avoid a second query.
 */
package dev.wearon.gateway.stores;
