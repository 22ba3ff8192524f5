/**
 * Where the bytes lie. A backend keeps blobs under names that storage makes; it knows nothing of stores, paths or
 * lifetimes. What it promises: a blob is there whole or not at all, whatever dies while it is written; bytes pass
 * through and are never held whole; what was refused or broke off leaves nothing.
 *
 * <p>There are two, the filesystem and S3, and one of them is configured. A folder belongs to a single process, which
 * holds a lock on it; a bucket may be shared by the processes of one suite. What both must hold is {@code BackendConformance}.
 */
package dev.wearon.storage.backends;
