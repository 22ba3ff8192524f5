/**
 * The format of all public JSON responses: {@code {"data": …, "error": null}} on success,
 * {@code {"data": null, "error": {"code", "message"}}} on refusal.
 *
 * <p>Responses of services are not parsed: the envelope is written around their bytes. A refusal of a service keeps its code
 * and message if the code is part of the contract. Otherwise only its status is used, so that no stack trace, HTML page or
 * internal name reaches a client.
 */
package dev.wearon.gateway.envelope;
