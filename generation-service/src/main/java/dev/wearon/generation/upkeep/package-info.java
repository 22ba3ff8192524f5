/**
 * Background jobs. Every instance runs all of them. Three finish work which a fault has interrupted:
 *
 * <ul>
 * <li>{@link dev.wearon.generation.upkeep.Sweeper} pushes missing permits and fails sessions that are lost or too old.
 * <li>{@link dev.wearon.generation.upkeep.Refunder} gives back the credits of failed sessions.
 * <li>{@link dev.wearon.generation.upkeep.Reconciler} inserts failed rows for charges without a session.
 * </ul>
 *
 * Their metrics count what each job found and repaired. Without faults they do not change.
 *
 * <p>{@link dev.wearon.generation.upkeep.Retention} deletes old sessions and events. Promise: the totals of a store stay the same;
 * no session is deleted before it is finished and its credit is settled; and no job or repair takes the charge of a deleted
 * session for one without a session, because {@link dev.wearon.generation.upkeep.RetentionMark} moves first.
 *
 * <p>{@link dev.wearon.generation.upkeep.UsageMerger} merges rows of the usage. Promise: no sum changes.
 *
 * <p>{@link dev.wearon.generation.upkeep.UnfinishedSessions} counts sessions for metrics and changes nothing.
 */
package dev.wearon.generation.upkeep;
