/**
 * Credits that the operator grants to a store's pool.
 *
 * <p>The gateway knows whether the store exists; the ledger in credits-service does the rest, once per {@code
 * Idempotency-Key}. An unanswered grant may have happened, so the answer says so: a repeat with the same key is safe.
 * The audit has what was asked, before the ledger is, and what was answered; no grant is made that it does not know of.
 */
package dev.wearon.gateway.grants;
