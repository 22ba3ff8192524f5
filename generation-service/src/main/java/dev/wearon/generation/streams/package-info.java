/**
 * Open responses: event streams, and requests that wait for the end of a session. They have places of their own, of which an
 * instance has a number. Their rows are read again at each heartbeat, so that a change of which nobody told is found then.
 */
package dev.wearon.generation.streams;
