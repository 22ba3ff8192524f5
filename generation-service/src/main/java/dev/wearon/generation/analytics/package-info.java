/**
 * A store's own numbers: how many try-ons it had in a period, how they ended, and what they cost.
 *
 * <p>Counted by the database over every session of the period, never over a page of them. A session belongs to the moment
 * of its create, and to the store of the signed identity. What is left in the store's pool is the ledger's to say: if it
 * cannot be asked the whole answer is an error, as an unknown number is no zero.
 */
package dev.wearon.generation.analytics;
