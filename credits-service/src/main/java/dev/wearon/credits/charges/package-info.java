/**
 * Charges take credits, releases give them back; both name a charge id.
 *
 * <p>A charge id is charged at most once and released at most once, however many requests repeat it at the same time: the
 * primary key of {@code credits.charges} decides every race. A release that arrives before its charge leaves a tombstone,
 * and this id can never be charged. A release pays back to the wallet that paid. An id belongs to the store that used it
 * first; for any other store it does not exist.
 *
 * <p>A charge names its issuer: the channel whose session it pays for. The SQL functions for
 * operators make charges without an issuer. To compare the ledger with its own data, an issuer can page through its
 * unreleased charges or look charges up by id. No issuer sees the charges of another one. A release names no issuer.
 *
 * <p>The identity may have a daily cap. It limits all charges of its store on a UTC day exactly, whoever pays.
 *
 * <p>Many charges or releases may share a call. Each charge has its own signed identity, and each member gets the answer
 * that it would get alone.
 *
 * <p>Limits: 1 to 1,000 credits per charge, 64 members per batch, 500 ids per lookup. A 503 means that nothing was tried. After any other 5xx the
 * outcome is unknown, and the caller repeats the request with the same id.
 */
package dev.wearon.credits.charges;
