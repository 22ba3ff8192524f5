/**
 * Permits on the shared Redis list. A permit means that some session waits; it does not decide whose turn it is. A lost permit
 * loses no session, because the sweeper pushes missing permits. Only this package knows the list's key.
 */
package dev.wearon.generation.queue;
