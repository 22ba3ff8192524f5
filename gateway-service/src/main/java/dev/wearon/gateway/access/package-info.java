/**
 * Checks who may call. Each kind of access has a gate, which runs before everything else.
 *
 * <p>An <b>API key</b> gives access for its store, from the pages that the key allows, within the store's bulkhead and
 * limits. A <b>shopper token</b> gives access for its shopper on some of these routes, from the pages of one origin, as far as
 * its key may, within the same limits. The <b>operator</b>'s token is required for every path below the operator's prefix;
 * without it even an unknown path is 401. Storage verifies a <b>signed URL</b>. A <b>webhook</b>'s signature is verified over
 * the raw bytes, before they are parsed. A page of a shop at Shopify
 * has access by a <b>query that Shopify has signed</b>. Consumers have no route yet.
 *
 * <p>Refusals are values. The services get a signed identity of the caller with the store's terms. It does not depend on the
 * request, so it can be reused. New terms need a new identity. A stream can check the access of its caller again while it is
 * open.
 */
package dev.wearon.gateway.access;
