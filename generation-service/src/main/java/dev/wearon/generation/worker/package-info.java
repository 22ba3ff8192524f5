/**
 * Makes the pictures. A worker pops a permit, claims the session whose turn it is, reads the inputs, calls the model, and
 * writes the picture once. Then it writes the result to the session. If a worker dies or hangs, its lease expires and another
 * worker takes over. If the old worker writes later, the write is refused. A worker renews its lease while it works, so an
 * attempt may take longer than one lease. When a renewal is refused, the worker abandons the attempt and writes nothing more.
 *
 * <p>A stopping worker takes no new permits and finishes what it can within the drain timeout. For each other claim it makes
 * the session claimable at once, does not count the attempt, and puts the permit back on the list.
 *
 * <p>A worker never charges. It fails a session, and the credit is given back.
 */
package dev.wearon.generation.worker;
