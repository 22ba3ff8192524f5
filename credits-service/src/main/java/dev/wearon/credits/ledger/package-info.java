/**
 * How long anybody waits for the ledger in PostgreSQL, how many may wait, and how those who wait travel together. What moves
 * credits are the SQL functions of {@code R__ledger.sql}; the classes that call them bound every wait by {@link
 * dev.wearon.credits.ledger.LedgerConfig}: for a connection, for a statement, for an answer.
 *
 * <p>A call that fails has an <em>unknown</em> outcome, because the commit may have happened without its answer arriving.
 * No failure is ever turned into an outcome here: it stays a failure, the caller asks again with the same id.
 */
package dev.wearon.credits.ledger;
