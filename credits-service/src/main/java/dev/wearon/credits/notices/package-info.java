/**
 * What the ledger tells people: that a store has few credits left.
 *
 * <p>The charge that takes the credits writes a note in its own transaction (R__ledger.sql, ADR 77). So a note exists exactly if the
 * charge does, also if the process dies.
 */
package dev.wearon.credits.notices;
