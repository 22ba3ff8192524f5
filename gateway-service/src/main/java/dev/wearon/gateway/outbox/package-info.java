/**
 * Tells storage about a store that was deactivated or activated, and about the retention of its images. Each event contains
 * the whole state, so the newest one is sufficient.
 *
 * <p>A trigger writes the event in the transaction that changes the store, so the event exists exactly if the change does.
 * The relays of all gateways send it until storage acknowledges it. A relay leases the event for the longest duration of a
 * call; after that another one may take it. So an event arrives at least once, also if a process dies before the
 * acknowledgement is recorded, and storage must accept repeats. Events of one store are sent in order, each after the
 * acknowledgement of the one before. The delay after a failure starts at 5 s and doubles up to a minute. No event is ever
 * dropped.
 */
package dev.wearon.gateway.outbox;
