/**
 * Imports images by URL, with the same checks as an upload. The host must be one that the operator allowed for the store, and all of
 * its addresses must be public ({@link dev.wearon.egress.EgressGuard}). Redirects are not followed.
 *
 * <p>The same URL for the same owner is the same object for an hour. Imports at the same time may fetch it several times: the primary
 * key chooses one object for all of them, and the others expire unused.
 *
 * <p>Limits: time and bytes of an import, and how many run at the same time, in all and for a store. An image is held in memory
 * before it is stored, because its host need not say its length, which a bucket needs. A URL may be a secret: it is in no log,
 * message, metric, span and row.
 */
package dev.wearon.storage.imports;
