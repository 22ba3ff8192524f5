/**
 * Moves bytes in and out: by signed URL for its holder, by path for the worker.
 *
 * <p>In: an object is stored completely or not at all. Its bytes are written under a new blob name and inspected as
 * they pass. The object exists once its row is inserted. A path is written once: the write that loses the race deletes
 * its own blob. The same bytes then get the first write's answer, other bytes a conflict. No transaction is open while
 * bytes move. If the database does not answer, the row may exist: the blob is left to the search for orphans.
 *
 * <p>Out: only live objects, whole or one range. No body is held whole in memory, and backpressure slows the faster
 * side.
 *
 * <p>Limit: an upload must declare its length and arrive within {@code wearon.storage.receive-timeout}.
 */
package dev.wearon.storage.transfer;
