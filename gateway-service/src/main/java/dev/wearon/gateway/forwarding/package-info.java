/**
 * Forwards an admitted request to its service, in one of four ways. Access was checked before.
 *
 * <p><b>Envelope</b>: the request body and the success body are buffered within limits. The service gets a signed identity
 * and a short list of the client's headers. The client gets the service's bytes in the envelope. If the service is
 * unreachable, late or breaks off, the response is 503. A call is not cancelled when its client disconnects.
 *
 * <p><b>Bytes</b>: streams in both directions with back-pressure and with separate connection pools. A stream that fails
 * closes the connection, so that it does not look complete.
 *
 * <p><b>Events</b>: streams from the service, without a maximum duration. A stream is cut within two seconds after its caller
 * lost access, and when its service sends nothing for a while.
 *
 * <p><b>Own resources</b>: the body is buffered, and a resource of the gateway responds.
 */
package dev.wearon.gateway.forwarding;
