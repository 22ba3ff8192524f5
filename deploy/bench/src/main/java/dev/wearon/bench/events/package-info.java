/**
 * {@code ./wearon bench events} follows a thousand try-ons through the gateway of a suite: how long an event takes from the commit of
 * a change to its client, and what creates cost beside the streams.
 */
package dev.wearon.bench.events;
