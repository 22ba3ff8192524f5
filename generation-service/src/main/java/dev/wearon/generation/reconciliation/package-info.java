/**
 * The operator's comparison of sessions with charges and stored pictures, and the repair of what needs no decision.
 *
 * <p>Each schema is asked only by its owner: sessions here, charges and objects over HTTP, all by pages of a window of
 * time, so that memory is bounded however long the window. What belongs together is looked up by id, so an edge of the
 * window never makes a mismatch. What is still on its way is none either: a window ends a minute ago at the latest, a
 * failed session has its time for the refund. Charges are read before the sessions they belong to, and sessions before
 * their charges, so that what the suite does meanwhile looks finished and not torn.
 *
 * <p>Reading changes nothing. A repair gives back what belongs to no living session: for a charge without a session the
 * failed row is written first, like the reconciler does. It may be repeated, may die anywhere, and runs beside the
 * background jobs; the ledger decides that a credit comes back once.
 *
 * <p>Limits: one report or repair at a time in each process, within {@code wearon.reconciliation.report-timeout}; 1,000 items of
 * a class. When a neighbour does not answer there is no report, never a part of one.
 */
package dev.wearon.generation.reconciliation;
