/**
 * Points after the steps of a session at which a test halts the process, without any cleanup. {@code WEARON_CRASH_AT} names the
 * point; by default there is none. {@code WEARON_CRASH_STORE} limits this to the sessions of one store.
 */
package dev.wearon.generation.crash;
