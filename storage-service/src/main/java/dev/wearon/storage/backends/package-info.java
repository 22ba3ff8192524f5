/**
 * Where the bytes lie. A backend keeps blobs under names that storage makes; it knows nothing of stores, paths or
 * lifetimes. What it promises: a blob is there whole or not at all, whatever dies while it is written; bytes pass
 * through and are never held whole; what was refused or broke off leaves nothing.
 *
 * <p>Each backend is a package of its own, which nothing else depends on: a bean of type {@link
 * dev.wearon.storage.backends.Backend} whose {@code @Identifier} is the word in {@code WEARON_STORAGE_BACKEND}. One of them
 * is configured, and everything else is given that one. What all of them must hold is {@code BackendConformance}.
 */
package dev.wearon.storage.backends;
