/**
 * Makes the pictures: takes a permit, claims the session whose turn it is, reads the inputs, asks the model, writes the
 * result once, and writes down how it ended. A worker may die at any point: its lease runs out and another takes over,
 * and whatever it still writes afterwards is refused. While it lives it renews the lease, so work may take longer than one;
 * when a renewal is refused, the work is abandoned and nothing more is written.
 *
 * <p>A worker that is asked to stop takes nothing new, ends what it can within its drain, and lets go of the rest as if it
 * had not begun it: the session can be claimed at once, its permit lies on the list again, and the attempt does not count.
 *
 * <p>A worker never charges. It fails a session, and the refunder gives the credit back.
 */
package dev.wearon.generation.worker;
