package dev.wearon.credits.wallets;

import java.time.Instant;
import java.util.UUID;

/**
 * One row of a store's ledger.
 *
 * @param amount the credits, without a sign; 0 if no credit moved
 * @param delta the amount with its sign: the change of the balance
 * @param priceCents the price of an overage, or of the overage that a refund voids; otherwise null
 * @param sessionId the try-on that was paid or refunded; null for every other movement
 */
record Movement(
        UUID id,
        String type,
        int amount,
        int delta,
        int balanceAfter,
        Integer priceCents,
        UUID sessionId,
        String requestId,
        String description,
        Instant createdAt) {}
