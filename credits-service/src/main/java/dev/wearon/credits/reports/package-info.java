/**
 * The operator's reports on the ledger: the trial balance, and the check that recomputes every wallet. Both read the views
 * of {@code R__audit.sql}, which define every sum. The reports change and lock no row.
 *
 * <p>A report reads one snapshot: a concurrent charge is in it completely or not at all. A report reads whole tables, so
 * each process makes one at a time, on one connection; a second request gets a 503 with {@code Retry-After}. PostgreSQL
 * cancels a report after {@code wearon.reports.statement-timeout}. A report that fails is an error, never an empty report.
 *
 * <p>Limits: 1,000 stores a page, 100 disagreements.
 */
package dev.wearon.credits.reports;
