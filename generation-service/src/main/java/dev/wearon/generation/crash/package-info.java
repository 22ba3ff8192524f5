/**
 * Labelled points after every step of a session's life. A test halts the process there, without any cleanup. Off unless
 * {@code WEARON_CRASH_AT} names a point. {@code WEARON_CRASH_STORE} limits it to the sessions of one store.
 */
package dev.wearon.generation.crash;
