/**
 * Access to the ledger in PostgreSQL: timeouts, queue limits and the group commit. The SQL functions of {@code
 * R__ledger.sql} move the credits. The classes that call them limit each wait by {@link
 * dev.wearon.credits.ledger.LedgerConfig}: for a connection, for a statement, for the response.
 *
 * <p>A failed call has an <em>unknown</em> outcome, because PostgreSQL may have committed although its response was lost.
 * This service never turns a failure into an outcome; the caller repeats the request with the same id.
 */
package dev.wearon.credits.ledger;
