package dev.wearon.gateway.keys;

import java.util.List;

/** Keys of a store, newest first. @param nextCursor asks for those after them; null when these are the last */
record KeyPage(List<StoreKey> keys, String nextCursor) {}
