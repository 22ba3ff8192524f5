/**
 * The only client of the ledger. A charge has the id of its session, so it can be asked again with the same id, and an
 * unanswered call is <em>unknown</em>, never assumed to have failed.
 *
 * <p>Each charge names its issuer, the sessions of stores, and each question asks for that issuer's only: a consumer's
 * charge or an operator's correction in SQL is never seen here.
 *
 * <p>Only the create charges. Everybody else may only release, and only after the failed row of the session stands.
 */
package dev.wearon.generation.charging;
