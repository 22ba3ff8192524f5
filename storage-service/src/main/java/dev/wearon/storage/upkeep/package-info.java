/**
 * Keeps rows and bytes together, whatever died. {@link dev.wearon.storage.upkeep.Janitor} and {@link
 * dev.wearon.storage.upkeep.OrphanRemoval} are recurring jobs that may run in every process at once; the resources answer what
 * an operator and an audit ask of the same two sides.
 *
 * <ul>
 *   <li>The janitor removes objects that have expired or were closed with their store. Bytes go only after their row is
 *       gone; the blob's name is kept until they are, so a crash in between delays and no more.
 *   <li>Orphans are bytes without a row, and rows without all their bytes. A blob younger than an hour is no orphan, as its
 *       row may be on its way. Where most of all seems to be orphaned nothing is removed: that looks like the wrong folder
 *       or database. Before each run the backend must say again that it is this suite's.
 * </ul>
 *
 * <p>What each found and repaired is a metric. Processes that share a bucket may all run both; none undoes what another
 * did. Rows are read and blobs touched in batches of a configured size, so neither side is ever held whole.
 */
package dev.wearon.storage.upkeep;
