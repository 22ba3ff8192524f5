/**
 * Limits the requests of a store, and of each of its shoppers and shopper tokens.
 *
 * <p>A budget has one or more windows. A request is counted in all of them or, if it is refused, in none. No period as long
 * as a window ever has more calls than the limit. Therefore a call may count up to a sixtieth of the window longer.
 * A call that passed counts, even if it fails later.
 *
 * <p>Redis decides for all gateways in one call, by its own clock. Calls of large limits are counted in slices, which may
 * exceed a limit by 5 %. If Redis is late or unreachable, each gateway decides
 * alone by the same rules, and starts with empty windows. Until Redis answers again, the limit is therefore multiplied by the
 * number of gateways. These calls are not added to Redis later. Redis may lose its data at any time: then the windows are
 * empty.
 *
 * <p>Redis stores a hash of a shopper's address, never the address.
 */
package dev.wearon.gateway.limits;
