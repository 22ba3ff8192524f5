/**
 * Permits on the shared Redis list. A permit says that a session waits; it does not say whose turn it is, and losing one
 * loses no session, because the sweeper pushes what is missing. Nothing outside this package knows the list's key.
 */
package dev.wearon.generation.queue;
