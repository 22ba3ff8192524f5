/**
 * The credits service keeps every wallet, charge and movement of credits. It has no data about images, sessions or the
 * queue, and knows a caller only by its signed identity. Each capability is a package below this one; all of them use
 * {@code ledger} to reach the database.
 */
package dev.wearon.credits;
