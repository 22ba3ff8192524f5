/**
 * API keys: who may call {@code /api/v1} on behalf of which store.
 *
 * <p>A key is {@code wk_} and 32 lower-case hex digits from a secure random source. It is shown once; the database holds
 * its SHA-256 and a prefix. Malformed, unknown, revoked and of an inactive store are one and the same refusal, and a
 * malformed key costs no query. A key that was found is remembered for less than a second, counted from the moment the
 * database was asked, so a revocation holds within a second. While the database cannot be asked, a key that is not
 * remembered is neither good nor bad: the check fails, and the caller is told to come back.
 */
package dev.wearon.gateway.keys;
