/**
 * What every service says the same way over HTTP, and nothing else: a refusal ({@link dev.wearon.http.Problem}) and how
 * it is rendered, snake_case names, who is calling ({@link dev.wearon.identity.Caller}) and the request id.
 *
 * <p>There is no SQL, no Redis, no client and no business rule here. If this package grows, something is in the wrong
 * room.
 */
package dev.wearon.http;
