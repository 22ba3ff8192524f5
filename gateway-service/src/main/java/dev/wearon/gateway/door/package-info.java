/**
 * Where every public request comes in: it gets its request id, one log line when it is done, and a way to go.
 *
 * <p>A path is served as it stands or not at all: nothing is normalised, so what was checked is what is forwarded. Only
 * what the routing table names is there; everything else, {@code /internal} included, is the same 404. How a request is let
 * in and answered, the line that was found says. Nothing leaves here without the request id and, short of the documentation,
 * without the envelope.
 */
package dev.wearon.gateway.door;
