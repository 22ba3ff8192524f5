/**
 * Tells stores what has happened. {@link dev.wearon.gateway.deliveries.NoticePull} takes notices from generation and credits and stores
 * a message for each endpoint that wants the event. {@link dev.wearon.gateway.deliveries.Deliveries} sends the messages, signed as
 * Standard Webhooks says, until the receiver answers 2xx or the {@link dev.wearon.gateway.deliveries.RetrySchedule} ends.
 *
 * <p>A message arrives at least once and in no order. A gateway takes it under a lease; if the process dies, another one takes it after
 * the lease. A result that comes later than that is ignored.
 *
 * <p>A receiver delays nobody: it gets five messages at a time and about ten in a second, from all gateways together. After a failure
 * it gets one at a time, in growing intervals, until it succeeds; its other messages wait and use up no attempts. Receivers that fail
 * have slots of their own, so they cannot fill those of the others. After five days without a success the endpoint is disabled.
 *
 * <p>The guard checks the address before each attempt, and the connection goes to the checked address. Redirects are failures.
 *
 * <p>Limit: an event of a store without an enabled endpoint that wants it is dropped. Messages and attempts end after 30 days.
 */
package dev.wearon.gateway.deliveries;
