/**
 * Grants of credits from the operator to a store.
 *
 * <p>The gateway checks that the store exists. The ledger in credits-service grants once per {@code Idempotency-Key}. An
 * unanswered grant may have happened, and the response says so: a repeat with the same key is safe. The changelog has the
 * request before the call to the ledger, and the result after it. So every grant has an entry.
 */
package dev.wearon.gateway.grants;
