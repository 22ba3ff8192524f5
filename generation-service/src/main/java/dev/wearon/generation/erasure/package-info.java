/**
 * Ends and deletes on behalf of the gateway: the queued sessions of a store that was stopped, and what sessions, events, keys,
 * permits and pictures say about shoppers.
 *
 * <p>Each call does a bounded batch, says whether there is more, and may be repeated. A session is cancelled as by its client: it
 * fails first, then its credit is given back. A session that has ended stays, without its shopper, prompt and URLs. Its pictures are
 * deleted before, because the row names them.
 */
package dev.wearon.generation.erasure;
