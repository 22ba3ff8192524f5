package dev.wearon.credits.wallets;

import java.util.List;

/**
 * Movements of one store, newest first.
 *
 * @param nextCursor the cursor of the next, older page; null on the last page
 */
record MovementPage(List<Movement> transactions, String nextCursor) {}
