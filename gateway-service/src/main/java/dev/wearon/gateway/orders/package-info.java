/**
 * Orders at Shopify become credits once, and what is given back is clawed back.
 *
 * <p>Every message about an order only adds facts to its row, under the lock of the row: the webhooks, in any order and any number,
 * and an hourly sweep that reads again what has changed. Orders without a line of the store's product leave nothing.
 *
 * <p>{@link dev.wearon.gateway.orders.Decision} is a pure function of the facts. What was bought and for whom is fixed before the ledger
 * is called, so every repeat is the same call, and the ledger books it once. What is not told yet has a time when it is due, so a process
 * may die anywhere. When the ledger knows the shopper, the row forgets who it is, except for a pseudonym.
 *
 * <p>An order without a known shopper is unclaimed. The shopper who has its secret token may claim it; only the hash of the token is kept.
 */
package dev.wearon.gateway.orders;
