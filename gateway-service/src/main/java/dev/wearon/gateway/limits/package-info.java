/**
 * How much a store may ask for, and one shopper of it.
 *
 * <p>A budget is one window or several; a request is taken from all of them or, refused, from none. In no stretch of time
 * of a window's length does more than its limit pass; for that a call may count for up to a sixtieth longer. What passes is
 * paid for, whatever becomes of it afterwards.
 *
 * <p>Redis decides for all gateways, in one call by its own clock. When it is late or away, each gateway decides for itself
 * by the same rules, beginning with full windows: until Redis is back, a budget is as many times its size as there are
 * gateways. Nothing of that time is told to Redis afterwards. It may all be lost at any time, too: then windows are full.
 *
 * <p>A shopper stands in Redis as a hash, never as an address.
 */
package dev.wearon.gateway.limits;
