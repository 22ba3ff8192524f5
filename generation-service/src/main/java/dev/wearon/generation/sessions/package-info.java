/**
 * A try-on from its create to its end, in whatever channel. PostgreSQL is the truth: a row exists before any credit is given
 * back, moves only forward (queued, processing, then completed or failed) and is written by at most one attempt at a time.
 *
 * <ul>
 *   <li>{@link dev.wearon.generation.sessions.IdempotentCreates} finds the id that a request stands for, by its Idempotency-Key.
 *   <li>{@link dev.wearon.generation.sessions.CreateSaga} is the saga that makes the session; once begun it is not cancelled.
 *   <li>{@link dev.wearon.generation.sessions.Refunds} gives back the credit of a session that failed.
 * </ul>
 *
 * {@code docs/session-states.md} has the states, the rules and what happens when a process dies between two steps. Limits:
 * creates of one owner that are under way at the same time may together pass its limit of unfinished sessions.
 */
package dev.wearon.generation.sessions;
