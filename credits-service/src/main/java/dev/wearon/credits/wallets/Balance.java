package dev.wearon.credits.wallets;

/**
 * A wallet in credits; {@code balance} is always {@code totalPurchased - totalSpent}.
 *
 * @param totalSpent credits charged and not released; in a pool also credits that shoppers bought
 */
record Balance(int balance, int totalPurchased, int totalSpent) {

    static final Balance ZERO = new Balance(0, 0, 0);
}
