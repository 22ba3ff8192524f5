/**
 * Leaves nothing half done, whatever died. Three jobs of one shape, each in every instance at once: configuration →
 * {@code runOnce} that answers counts → a pure decision.
 *
 * <ul>
 *   <li>{@link dev.wearon.generation.upkeep.Sweeper}: permits that are missing, sessions that were lost or are too old.
 *   <li>{@link dev.wearon.generation.upkeep.Refunder}: failed sessions whose credit is not back.
 *   <li>{@link dev.wearon.generation.upkeep.Reconciler}: charges that never got a session.
 * </ul>
 *
 * What each found and repaired is a metric that stays as it is on a quiet day.
 */
package dev.wearon.generation.upkeep;
