/**
 * From a public path to the service that answers it: one routing table, three ways to go.
 *
 * <p><b>Wrapped</b>: needs an API key. The JSON body and the success body are held whole (both bounded), the service sees
 * a signed identity and a short list of the client's headers, the client sees the envelope around the service's bytes. A
 * service that is away, late, or dies half-way is a clean 503. A call that was sent is not cancelled because its caller
 * went away.
 *
 * <p><b>Operator</b>: the same, for reports over all stores or over one, which must exist. The operator's token opens it,
 * and the service is asked by the gateway as itself, under {@code /internal/v1}.
 *
 * <p><b>Plain</b>: object bytes, both ways as a stream with back-pressure and through a pool of its own. The signature in
 * the query is the permission. A stream that fails is cut, never ended politely.
 */
package dev.wearon.gateway.proxy;
