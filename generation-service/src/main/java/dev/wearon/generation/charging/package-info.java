/**
 * The only client of the ledger. A charge has the id of its session, so a call can be repeated with the same id. The outcome of
 * an unanswered call is <em>unknown</em>; it is never treated as a failure.
 *
 * <p>Each charge names its issuer, the session's channel, and each query names one issuer. So this service never sees charges of
 * another channel or an operator's corrections in SQL.
 *
 * <p>Only the create charges. All other code may only release, and only after the session's failed row is committed.
 */
package dev.wearon.generation.charging;
