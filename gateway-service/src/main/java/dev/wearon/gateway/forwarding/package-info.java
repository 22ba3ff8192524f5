/**
 * From a request that was let in to the service that answers it, in one of four ways.
 *
 * <p><b>Envelope</b>: the JSON body and the success body are held whole (both bounded), the service sees a signed identity and
 * a short list of the client's headers, the client sees the envelope around the service's bytes. A service that is away, late,
 * or dies half-way is a clean 503. A call that was sent is not cancelled because its caller went away.
 *
 * <p><b>Bytes</b>: both ways as a stream with back-pressure and through pools of their own. A stream that fails is cut, never
 * ended politely.
 *
 * <p><b>Events</b>: the same in one direction, without a limit of its time, cut within a second or two when its caller's access
 * ends, and with its service when that sends nothing for a while.
 *
 * <p><b>Own resources</b>: the body is read whole, and the gateway's own code answers.
 *
 * <p>Whether the caller may is decided before, and not here.
 */
package dev.wearon.gateway.forwarding;
