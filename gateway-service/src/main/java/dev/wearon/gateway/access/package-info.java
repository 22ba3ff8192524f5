/**
 * Who may call: each kind of access that a route can ask for has its gate, and is proved before anything else is done for the
 * request.
 *
 * <p>An <b>API key</b> speaks for its store, from the pages that the key allows, within the store's places and its budget. The
 * <b>operator</b>'s token opens what lies below the operator's prefix, and without it even an unknown path there is 401. A
 * <b>signed URL</b> is judged by storage. A <b>webhook</b>'s signature is checked over the raw bytes, before anybody parses
 * them. Tokens of consumers and shoppers have their place, and no route yet.
 *
 * <p>Refusals are values. Who was admitted goes to the services as a signed identity: it says who, not which request, and
 * includes the store's terms, so changed terms make a new identity with the next request. What was proved for a stream can be
 * asked again while it lasts.
 */
package dev.wearon.gateway.access;
