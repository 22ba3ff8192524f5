/**
 * Bytes in and out: by signed URL for whoever holds one, by path for the worker.
 *
 * <p>In: an object is whole or absent. Its bytes are written under a blob name of their own, inspected while they pass,
 * and the object exists from the moment its row does. It is written once: whoever loses the race for a path deletes its
 * own blob, a repeat of the same bytes gets the first answer, other bytes find the path taken. No transaction is open
 * while bytes move. If the database does not answer, it is not known whether a row stands: the blob is left for the
 * search for orphans, never deleted on a guess.
 *
 * <p>Out: only what lives, whole or one range of it. No body is held whole in either direction, and a slow side slows the
 * other.
 *
 * <p>Limit: the length of an upload must be declared, and it must come in within {@code wearon.storage.receive-timeout}.
 */
package dev.wearon.storage.transfer;
