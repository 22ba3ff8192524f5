/**
 * The HTTP conventions of all services: refusals ({@link dev.wearon.http.Problem}) and their rendering, snake_case names,
 * idempotency keys and the request id.
 *
 * <p>Contains no SQL, no Redis, no client and no business rule.
 */
package dev.wearon.http;
