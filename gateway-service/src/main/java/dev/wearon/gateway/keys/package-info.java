/**
 * API keys: who may call {@code /api/v1} on behalf of which store.
 *
 * <p>A key is {@code wk_} and 32 lower-case hex digits from a secure random source. It is shown once; the database holds
 * its SHA-256 and a prefix. Malformed, unknown, revoked, past its end and of an inactive store are one and the same
 * refusal, and a malformed key costs no query. A key that has ended never comes back: the table refuses it.
 *
 * <p>A key that was found is remembered. Twice a second the database is asked which keys and stores were written lately;
 * what is known of them is then looked up again, so a revocation, a deactivation and changed terms hold within a second.
 * While the database cannot be asked, known keys go on for at most a minute; after it, and for all others at once, the
 * check fails, and the caller is told to come back. A rotated key ends at its end either way. Keys that turn out to be
 * nobody's cause at most a hundred look-ups a second; a look-up that the database did not answer is no such one.
 */
package dev.wearon.gateway.keys;
