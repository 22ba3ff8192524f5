package dev.wearon.gateway.stores;

import java.util.List;

/** @param nextCursor null on the last page */
record StorePage(List<Store> stores, String nextCursor) {}
