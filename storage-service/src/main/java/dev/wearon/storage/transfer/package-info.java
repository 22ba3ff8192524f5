/**
 * Moves bytes in and out: by signed URL for its holder, by path for the worker.
 *
 * <p>In: an object is stored completely or not at all. Its bytes are written under a new blob name and inspected as
 * they pass. The object exists once its row is inserted. A path is written once: the write that loses the race deletes
 * its own blob. A repeat with the same bytes gets the first write's answer, other bytes get a conflict. No transaction
 * is open while bytes move. If the database does not answer, the blob stays, because its row may exist.
 *
 * <p>Out: live objects can be read, whole or one range; a removed object for at most a second more. No body is held whole in memory, and backpressure slows the
 * faster side.
 *
 * <p>Limit: an upload must declare its length and arrive within {@code wearon.storage.receive-timeout}.
 */
package dev.wearon.storage.transfer;
