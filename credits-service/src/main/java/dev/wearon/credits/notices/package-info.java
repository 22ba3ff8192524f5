/**
 * What the ledger tells people: that a store has few credits left, and that it got new ones.
 *
 * <p>The transaction that moves the credits writes the note, and triggers write the notices (V14__notices.sql, ADR 83). So a note
 * exists exactly if the movement does, also if the process dies. {@link dev.wearon.credits.notices.LowCredits} tells the operator in the
 * log. The gateway pulls the notices, stores them, and acknowledges them; then they are deleted here. So a notice arrives at least
 * once, and its receiver must accept repeats.
 *
 * <p>Limit: a notice that no gateway has acknowledged for seven days is deleted.
 */
package dev.wearon.credits.notices;
