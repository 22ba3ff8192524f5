/**
 * The storage service, with one package for each capability. This package has the parts that belong to none of them:
 * the clock of the process, and the response after a fault of the database or the backend. No package depends on it.
 *
 * <pre>
 * urls ─────┬─→ catalog, signing, images, faults
 * transfer ─┴─→ catalog, signing, images, faults, ownership, backends
 * imports ────→ transfer, catalog, signing, images, faults
 * upkeep ─────→ catalog, ownership, backends
 * ownership ──→ backends
 * faults ─────→ backends
 * catalog ────→ images
 * filesystem ─→ backends
 * s3 ─────────→ backends
 * </pre>
 *
 * <p>{@code signing}, {@code images}, {@code backends} and {@code bodies} depend on no other package of the service.
 */
package dev.wearon.storage;
