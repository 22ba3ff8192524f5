/**
 * Counts the try-ons of one store in a period, by their outcome, and the credits that they used.
 *
 * <p>The database counts all sessions of the period, also those that are deleted. A session belongs to the time of its create and
 * to the store of the signed identity. Limit: before the retention mark a period consists of the whole days (UTC) that begin in
 * it. The ledger returns the remaining credits. When it does not answer, the whole request fails, because 0 would
 * be wrong.
 *
 * <p>The usage by hour or day has whole buckets, only try-ons that have ended, and no limit of that kind: triggers of the database
 * keep its sums when a try-on ends, so no read counts sessions, and their deletion changes nothing.
 */
package dev.wearon.generation.analytics;
