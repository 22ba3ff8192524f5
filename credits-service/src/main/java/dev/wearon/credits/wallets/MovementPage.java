package dev.wearon.credits.wallets;

import java.util.List;

/**
 * Movements of one store, newest first.
 *
 * @param nextCursor asks for the older ones; null when there are none
 */
record MovementPage(List<Movement> transactions, String nextCursor) {}
