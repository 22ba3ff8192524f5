/**
 * Stores blobs as files in a folder. A single process uses the folder, and holds a lock on it. A blob is written to a
 * temporary file, flushed and then renamed, so that a power failure leaves it complete or absent. The next start
 * deletes the unfinished files of a crash.
 *
 * <p>Limit: access to the disk blocks worker threads, never an event loop. A full disk is {@link
 * dev.wearon.storage.backends.NoSpace}; existing blobs are still served.
 */
package dev.wearon.storage.filesystem;
