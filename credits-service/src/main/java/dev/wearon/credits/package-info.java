/**
 * The credits service: every wallet, every charge, every movement. It knows nothing of images, sessions or the queue,
 * and not who calls it beyond their signed identity. Each capability is a package below this one; all of them reach the
 * database through {@code ledger}.
 */
package dev.wearon.credits;
