/**
 * The operator's comparison of sessions with charges and stored pictures, and the repair of mismatches that need no decision.
 *
 * <p>Each service reads only its own schema. Sessions are read here; charges and objects are read over HTTP. All are read in
 * pages, so a long window needs no more memory. Related records are looked up by id, so records on different sides of the
 * window's edge are no mismatch. Work in progress is no mismatch either: a window ends at least a minute ago, and a failed
 * session has some time for its refund. A page of sessions is read before its charges, and a page of charges before its
 * sessions, so that concurrent work looks finished.
 *
 * <p>A report changes nothing. A repair releases charges whose session has failed or does not exist. For a charge without a
 * session it first inserts the failed row, as the reconciler does. It may be repeated, may stop at any point, and may run beside
 * the background jobs, because the ledger gives a credit back only once.
 *
 * <p>A window that begins before the retention mark is refused, because sessions before it may be deleted.
 *
 * <p>Limits: one report or repair at a time in each process, within {@code wearon.reconciliation.report-timeout}; 1,000 items
 * of each class. When another service does not answer there is no report, not even a partial one.
 */
package dev.wearon.generation.reconciliation;
