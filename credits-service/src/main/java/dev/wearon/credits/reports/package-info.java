/**
 * The operator's reports on the ledger: the trial balance, and the check that recomputes every wallet. Both are the views of
 * {@code R__audit.sql}, where every sum is defined; nothing here changes a row or locks one.
 *
 * <p>A report is one snapshot: whatever is charged meanwhile is in it whole or not at all. It reads everything there is, so
 * one is made at a time in each process, on one connection, and PostgreSQL ends it after {@code
 * wearon.audit.statement-timeout}; whoever asks meanwhile is told to come again. A report that cannot be made is an error,
 * never an empty one.
 *
 * <p>Limits: 1,000 stores a page, 100 disagreements.
 */
package dev.wearon.credits.reports;
