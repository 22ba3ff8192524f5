/**
 * Shopper tokens: a shopper's browser calls the API for a short time, without the store's API key.
 *
 * <p>A token is {@code wst_} and 32 lower-case hex digits from a secure random source. It is shown once; the database stores its
 * SHA-256. It belongs to one store, to the key that requested it, to one origin, and to one shopper or to none. Malformed,
 * unknown and ended tokens get the same refusal. A malformed token causes no query. Unknown ones have a limit of look-ups of
 * their own, so that they take no look-up from API keys. A gateway knows the tokens that it issued itself.
 *
 * <p>A token ends at its expiry, and with its key within a second. Its row never changes, so it is cached until its expiry; its
 * key is checked for every request, in the cache of keys.
 *
 * <p>Creates are counted in PostgreSQL, by token and {@code Idempotency-Key}, in one function that locks the token. So the count
 * is exact for any number of gateways. A repeat with the same key takes no second slot. A refusal (4xx) gives the slot back, and
 * so does a create that was never sent to the service; unless the refusal is 409 {@code REQUEST_IN_PROGRESS}, or another request
 * had the same key: that one may have created the try-on. After any other outcome, also a crash of the gateway, the slot stays
 * taken. The creates of anonymous tokens also count against a limit of the store per day (UTC).
 *
 * <p>While the database is unreachable, known tokens may read for as long as their keys are valid, and create nothing.
 */
package dev.wearon.gateway.shoppers;
