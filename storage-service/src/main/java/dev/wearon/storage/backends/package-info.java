/**
 * Stores bytes. A backend stores blobs under names that storage generates; it does not depend on stores, paths or
 * lifetimes. It guarantees: a blob is complete or absent after any crash; bytes are streamed and never held
 * whole; a write that was refused or interrupted leaves nothing.
 *
 * <p>Each backend is a package of its own, on which no other package depends: a bean of type {@link
 * dev.wearon.storage.backends.Backend} whose {@code @Identifier} is the value of {@code WEARON_STORAGE_BACKEND}. Only
 * the configured backend is injected. {@code BackendConformance} tests the guarantees of each backend.
 */
package dev.wearon.storage.backends;
