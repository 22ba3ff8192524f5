/**
 * Background jobs that finish what a fault left unfinished. Three jobs of one structure; each runs in every instance at once:
 * configuration → {@code runOnce}, which returns counts → a pure decision.
 *
 * <ul>
 * <li>{@link dev.wearon.generation.upkeep.Sweeper}: missing permits; sessions that were lost or are too old.
 * <li>{@link dev.wearon.generation.upkeep.Refunder}: failed sessions whose credit was not given back.
 * <li>{@link dev.wearon.generation.upkeep.Reconciler}: charges without a session.
 * </ul>
 *
 * Metrics count what each job found and repaired. Without faults they do not change.
 */
package dev.wearon.generation.upkeep;
