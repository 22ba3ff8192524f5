/**
 * Limits what a request may cost before its content matters: the size of its head, the framing, nesting and duration of its
 * body, and the concurrent requests and streams of a store.
 *
 * <p>Every refusal has the envelope. The limits of the HTTP server are much higher. The server itself refuses what exceeds
 * them, or what is not HTTP, with a bare 400, 414 or 431 and closes the connection; the gateway cannot change that response.
 */
package dev.wearon.gateway.bounds;
