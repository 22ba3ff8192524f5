/**
 * Which objects exist, whose they are and how long they live: all SQL of {@code storage.objects}, {@code
 * storage.removals} and {@code storage.store_states}. An object is an image at a path; its path is made from store, kind
 * and a name of ours, in {@link dev.wearon.storage.catalog.ObjectPath} alone.
 *
 * <p>{@link dev.wearon.storage.catalog.Objects} serves requests, and each of its statements names the store. {@link
 * dev.wearon.storage.catalog.Inventory} and {@link dev.wearon.storage.catalog.Removals} see the rows of all stores and are
 * for background jobs and reports. An object exists from the moment its row stands, and the row's key decides every race.
 * It lives until written + retention and is then not there, for anybody. Of another store's objects nothing can be
 * learned, not even that they exist.
 *
 * <p>What a store had when it was deactivated is closed at once and for good; what it gets while it is inactive is never
 * readable. Active again, it starts anew. News of a store may come twice, late or in the wrong order: the last change
 * counts. One clock says when something was written, when it was closed and when it ends: the database's, which is the
 * gateway's too. The service's own clock only bounds the signed URLs.
 */
package dev.wearon.storage.catalog;
