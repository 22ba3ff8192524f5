/**
 * Three background jobs that finish work which a fault has interrupted. Every instance runs all of them.
 *
 * <ul>
 * <li>{@link dev.wearon.generation.upkeep.Sweeper} pushes missing permits and fails sessions that are lost or too old.
 * <li>{@link dev.wearon.generation.upkeep.Refunder} gives back the credits of failed sessions.
 * <li>{@link dev.wearon.generation.upkeep.Reconciler} inserts failed rows for charges without a session.
 * </ul>
 *
 * Metrics count what each job found and repaired. Without faults they do not change.
 */
package dev.wearon.generation.upkeep;
