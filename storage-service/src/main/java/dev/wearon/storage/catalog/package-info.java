/**
 * Records which objects exist, their store, their owner within it, and their lifetime. It has all SQL of {@code
 * storage.objects}, {@code storage.removals}, {@code storage.deleted_results} and {@code storage.store_states}. An object is an image at a path. Only
 * {@link dev.wearon.storage.catalog.ObjectPath} builds a path, from store, kind and a generated name.
 *
 * <p>{@link dev.wearon.storage.catalog.Objects} serves requests, and each of its statements names the store. {@link
 * dev.wearon.storage.catalog.RememberedObjects} lets reads reuse its answers for a second. {@link
 * dev.wearon.storage.catalog.Inventory} and {@link dev.wearon.storage.catalog.Removals} see the rows of all stores, for
 * background jobs and reports. An object exists once its row is inserted, and the primary key decides every race. It is
 * live until its retention ends, it is deleted, or its store is deactivated. A kept object has no retention. An object of another store, or of another owner than the
 * caller may use, looks like a missing one.
 *
 * <p>When a store is deactivated, its objects are closed: they can never be read again. Objects that arrive while it is
 * inactive are closed as well. A reactivated store begins without objects. Changes of a store may arrive twice, late or
 * in the wrong order: the last change wins. The times of writing, closing and expiry come from one clock, that of
 * the database, which the gateway uses as well. The service's own clock is used for signed URLs and the age of blobs.
 */
package dev.wearon.storage.catalog;
