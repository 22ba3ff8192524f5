/**
 * Stores: the merchants of the suite and their terms (who pays, which tier, which subscription, how far beyond it).
 *
 * <p>Only this service has the whole row. What others must know of a store travels in the signed identity of each
 * request, so nothing is synchronised. A shop domain belongs to one store; it is a host name in lower case, and never
 * changes. The operator changes the terms one by one or together, all or none of them, and every change stands in the
 * audit. A merchant reads how its store is set up and decides who pays; both are columns of the same row.
 *
 * <p>No other package has a statement on the table. The look-up of a key, which would otherwise need a second question,
 * joins the view {@code gateway.store_terms}.
 */
package dev.wearon.gateway.stores;
