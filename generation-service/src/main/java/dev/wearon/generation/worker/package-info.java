/**
 * Makes the pictures. A worker pops a permit, claims the session whose turn it is, reads the inputs, calls the model, and
 * writes the picture once. Then it writes the result to the session. A worker may die at any point: its lease ends, another
 * worker takes over, and later writes of the first are refused. A worker renews its lease while it works, so an attempt may
 * take longer than one lease. When a renewal is refused, the attempt is abandoned without further writes.
 *
 * <p>A stopping worker takes no new permits and finishes what it can within the drain timeout. It undoes its other claims: the
 * session can be claimed at once, its permit is back on the list, and the attempt is not counted.
 *
 * <p>A worker never charges. It fails a session, and the credit is given back.
 */
package dev.wearon.generation.worker;
