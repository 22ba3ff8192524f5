/**
 * How a call reaches the service: its limit of time, its repeats, its errors. Not a part of the API of this client.
 *
 * <p>Every request may be repeated: a create has an idempotency key, the others change nothing twice. A limit of time includes
 * the body of the response, because that of {@link java.net.http.HttpRequest} ends with the headers. Every body has a limit of
 * size, because the address may be that of another server.
 */
package dev.wearon.client.transport;
