/**
 * The entry of every public request: it gets a request id, a log line and a route.
 *
 * <p>A path is served as it is or not at all. Nothing is normalised, so the checked path is the forwarded path. Only the
 * routes of the routing table exist. Every other path, {@code /internal} included, is the same 404. The route decides who may
 * call it and how it is answered. Every response has the request id and, except for the documentation, the envelope.
 */
package dev.wearon.gateway.door;
