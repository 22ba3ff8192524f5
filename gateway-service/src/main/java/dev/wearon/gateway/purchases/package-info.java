/**
 * Orders of shoppers who bought credits, told to the ledger in credits-service.
 *
 * <p>A call states all that is known about one order. Its numbers only grow, so calls may come in any order and any number, and a call
 * without an answer is repeated. The ledger books each order of a store once.
 *
 * <p>A store with a checkout of its own reports its orders here, each with a price that never changes. The orders of the others come from
 * Shopify.
 */
package dev.wearon.gateway.purchases;
