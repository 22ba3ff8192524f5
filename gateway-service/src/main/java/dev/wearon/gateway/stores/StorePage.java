package dev.wearon.gateway.stores;

import java.util.List;

/** @param nextCursor asks for the older ones; null when there are none */
record StorePage(List<Store> stores, String nextCursor) {}
