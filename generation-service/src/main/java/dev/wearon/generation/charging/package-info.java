/**
 * The only client of the ledger. A charge has the id of its session, so a call can be repeated with the same id. The outcome of
 * an unanswered call is <em>unknown</em>; it is never taken for a failure.
 *
 * <p>Each charge names its issuer, the session's channel, and each query names one issuer. So charges of another channel and
 * an operator's corrections in SQL are never seen.
 *
 * <p>Only the create charges. All other code may only release, and only after the session's failed row is committed.
 */
package dev.wearon.generation.charging;
