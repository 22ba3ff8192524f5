/**
 * Keeps rows and bytes consistent after any crash. {@link dev.wearon.storage.upkeep.Janitor} and {@link
 * dev.wearon.storage.upkeep.OrphanRemoval} are recurring jobs that may run in every process at once. The resources
 * report to an operator and to the reconciliation.
 *
 * <ul>
 *   <li>The janitor removes objects that have expired or were closed with their store. It deletes bytes only after
 *       their row. The name of the blob is kept until its bytes are gone, so a crash in between only delays the deletion.
 *   <li>Orphans are blobs without a row, and rows that lack bytes. A blob younger than an hour is no orphan, because
 *       its row may still be inserted. If more than half of the entries are orphans, and more than a configured number,
 *       none is removed: the folder or the database is probably the wrong one. Before each run the backend must confirm
 *       that it belongs to this suite.
 * </ul>
 *
 * <p>Metrics show what each job found and repaired. Rows are read in batches of a configured size, and blobs are
 * checked with bounded concurrency, so neither side is held whole in memory.
 */
package dev.wearon.storage.upkeep;
