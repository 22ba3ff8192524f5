/**
 * Labelled points after every step of a session's life, at which a test lets the process die without any cleanup. Off
 * unless {@code WEARON_CRASH_AT} names one; then for the sessions of every store, or only of {@code WEARON_CRASH_STORE}.
 */
package dev.wearon.generation.crash;
