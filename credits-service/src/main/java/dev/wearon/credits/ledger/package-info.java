/**
 * The door to the ledger in PostgreSQL, and how long anybody waits at it. What moves credits are the SQL functions of
 * {@code R__ledger.sql}; this package only calls them, with every wait bounded: for a connection, for a statement, for
 * an answer.
 *
 * <p>A call that fails has an <em>unknown</em> outcome, because the commit may have happened without its answer arriving.
 * No failure is ever turned into an outcome here: it stays a failure, the caller asks again with the same id.
 */
package dev.wearon.credits.ledger;
