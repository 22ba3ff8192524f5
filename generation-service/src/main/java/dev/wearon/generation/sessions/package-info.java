/**
 * A try-on from its create to its end, in any channel. PostgreSQL is the source of truth. A failed row exists before its credit
 * is given back. A row only moves forward (queued, processing, then completed or failed), and one attempt at a time writes it.
 *
 * <ul>
 * <li>{@link dev.wearon.generation.sessions.IdempotentCreates} finds the session of a request by its Idempotency-Key.
 * <li>{@link dev.wearon.generation.sessions.CreateSaga} makes the session. Once begun it is not cancelled.
 * <li>{@link dev.wearon.generation.sessions.Refunds} gives back the credit of a failed session.
 * </ul>
 *
 * {@code docs/session-states.md} describes the states, the rules, and what happens when a process dies between two steps.
 * Limit: concurrent creates of one owner may together exceed its limit of unfinished sessions.
 */
package dev.wearon.generation.sessions;
