/**
 * The only client of the ledger. A charge has the id of its session, so it can be asked again with the same id, and an
 * unanswered call is <em>unknown</em>, never assumed to have failed.
 *
 * <p>Each charge names its issuer, the channel of its session, and each question asks for one issuer's only: the charge of
 * another channel or an operator's correction in SQL is never seen.
 *
 * <p>Only the create charges. Everybody else may only release, and only after the failed row of the session stands.
 */
package dev.wearon.generation.charging;
