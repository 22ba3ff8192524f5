/**
 * What a request may cost before anybody looks at what it wants: how long its head may be, how its body may be framed and
 * nested, how long it may take to come, and how many requests and streams of a store may be under way.
 *
 * <p>Every refusal is in the envelope. The HTTP server's own limits lie far above these; what exceeds them too, or is no
 * HTTP at all, is refused by the server itself with a bare 400, 414 or 431 and an end of the connection, as it lets nobody
 * else answer that.
 */
package dev.wearon.gateway.bounds;
