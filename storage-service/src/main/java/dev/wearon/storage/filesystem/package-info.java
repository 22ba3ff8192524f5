/**
 * The backend whose blobs are files in a folder. The folder belongs to a single process, which holds a lock on it. A blob
 * is written beside the others, flushed and then renamed, so a power cut leaves it whole or absent; what a crash left
 * unfinished is removed at the next start.
 *
 * <p>Limit: every touch of the disk blocks a worker thread and none of the event loop; a full disk is {@link
 * dev.wearon.storage.backends.NoSpace}, and what is there goes on being served.
 */
package dev.wearon.storage.filesystem;
