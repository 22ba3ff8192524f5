/**
 * Taking credits and giving them back, by charge id.
 *
 * <p>A charge id is taken at most once and given back at most once, however often and however parallel it is asked for;
 * the primary key of {@code credits.charges} decides every race. A release that comes before its charge leaves a
 * tombstone: that id can never be charged any more. A release pays back to the wallet that paid. An id belongs to the
 * store that used it first; for any other store it is not there, and nothing is changed.
 *
 * <p>A charge says who issued it: the sessions of a channel, by the channel's name, or nobody, as the SQL functions do.
 * Whoever has ids of its own to compare may page through its own charges that stand, or ask by id what is held of them;
 * neither changes anything, and the charges of others are never in the answer. A release names no issuer.
 *
 * <p>Limits: 1 to 1,000 credits per charge, 500 ids a question. A 503 says that it was not tried, any other 5xx that the
 * outcome is unknown: ask again with the same id.
 */
package dev.wearon.credits.charges;
