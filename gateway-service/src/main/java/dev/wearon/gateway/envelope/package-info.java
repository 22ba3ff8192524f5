/**
 * The only dress the outside world sees: {@code {"data": …, "error": null}} on success, {@code {"data": null, "error":
 * {"code", "message"}}} on refusal.
 *
 * <p>Answers of other services are never parsed for it: the envelope is written around their bytes. A refusal of another
 * service passes with its own code and message if it is one of the contract's; of anything else only the status is
 * believed, so that no stack trace, page or internal name of a service reaches a client.
 */
package dev.wearon.gateway.envelope;
