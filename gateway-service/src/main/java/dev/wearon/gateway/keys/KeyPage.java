package dev.wearon.gateway.keys;

import java.util.List;

/**
 * Keys of a store, newest first.
 *
 * @param nextCursor for the next page; null if this is the last one
 */
record KeyPage(List<StoreKey> keys, String nextCursor) {}
