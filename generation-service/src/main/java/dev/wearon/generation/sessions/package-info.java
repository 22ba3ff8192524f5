/**
 * A try-on from its create to its end. PostgreSQL is the truth: a row exists before any credit is given back, moves only
 * forward (queued, processing, then completed or failed) and is written by at most one attempt at a time.
 *
 * <ul>
 *   <li>{@link dev.wearon.generation.sessions.Creation} is the saga of a create; once begun it is not cancelled.
 *   <li>{@link dev.wearon.generation.sessions.Sessions} owns the table; a transition that is no longer allowed answers
 *       false and changes nothing.
 *   <li>{@link dev.wearon.generation.sessions.Refunder} gives back the credit of every failed session, once.
 *   <li>{@link dev.wearon.generation.sessions.Reconciler} finds charges that never got a session, and closes them.
 * </ul>
 *
 * Limits: turns are by age over all stores, so one store's long queue delays the others; a lease is not renewed.
 */
package dev.wearon.generation.sessions;
