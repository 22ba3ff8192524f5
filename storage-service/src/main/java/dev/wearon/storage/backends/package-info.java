/**
 * Where the bytes lie. A backend keeps blobs under names that storage makes; it knows nothing of stores, paths or
 * lifetimes. What it promises: a blob is there whole or not at all, whatever dies while it is written; bytes pass
 * through and are never held whole; what was refused or broke off leaves nothing.
 *
 * <p>The filesystem is the one backend so far. It belongs to a single process, which holds a lock on its folder.
 */
package dev.wearon.storage.backends;
