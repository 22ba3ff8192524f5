/**
 * Leaves nothing lying about, whatever died. Jobs of one shape, each in every process at once: configuration → {@code
 * runOnce} that answers counts → a pure decision.
 *
 * <ul>
 *   <li>{@link dev.wearon.storage.upkeep.Janitor}: objects that have expired or were closed with their store. Bytes go
 *       only after their row is gone; the blob's name is kept until they are, so a crash in between delays and no more.
 *   <li>{@link dev.wearon.storage.upkeep.OrphanRemoval}: bytes without a row, and rows without all their bytes. A blob younger
 *       than an hour is no orphan, as its row may be on its way. Where most of all seems to be orphaned nothing is
 *       removed: that looks like the wrong folder or database. Before each run the backend must say again that it is this
 *       suite's.
 * </ul>
 *
 * What each found and repaired is a metric. Processes that share a bucket may all run both; none undoes what another
 * did.
 */
package dev.wearon.storage.upkeep;
