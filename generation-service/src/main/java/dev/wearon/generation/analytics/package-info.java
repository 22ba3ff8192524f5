/**
 * Figures of one store: how many try-ons it made in a period, how they ended, and what they cost.
 *
 * <p>The database counts all sessions of the period. A session belongs to the time of its create and to the store of the
 * signed identity. The ledger answers the remaining credits. Without its answer the whole request fails, because 0 would be
 * wrong.
 */
package dev.wearon.generation.analytics;
