/**
 * Makes the pictures: takes a permit, claims the session whose turn it is, reads the inputs, asks the model, writes the
 * result once, and writes down how it ended. A worker may die at any point: its lease runs out and another takes over,
 * and whatever it still writes afterwards is refused.
 *
 * <p>A worker never charges. It fails a session, and the refunder gives the credit back.
 */
package dev.wearon.generation.worker;
