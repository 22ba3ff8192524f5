/**
 * API keys. A key permits the calls of {@code /api/v1} for one store.
 *
 * <p>A key is {@code wk_} and 32 lower-case hex digits from a secure random source. It is shown once; the database stores its
 * SHA-256 and a prefix. Malformed, unknown, revoked and expired keys and keys of inactive stores get the same refusal. A
 * malformed key causes no query. The table refuses to reactivate an ended key.
 *
 * <p>A key has the scopes with which it was issued; a route names the one that it requires. When a key was last used is known to
 * the minute. It is written by a job and not by requests, to a table of its own, because a write of the key itself would
 * invalidate the caches.
 *
 * <p>Valid keys are cached. The gateway reads the changed keys and stores twice a second and looks them up again. So a
 * revocation, a deactivation or new terms take effect within a second. While the database is unreachable, cached keys stay
 * valid for at most a minute. After that, and for all other keys at once, the check fails with 503. A key ends at its
 * expiry in any case. Unknown keys cause at most five hundred look-ups a second; failed look-ups do not count.
 */
package dev.wearon.gateway.keys;
