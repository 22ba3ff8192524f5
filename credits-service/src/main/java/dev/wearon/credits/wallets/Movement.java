package dev.wearon.credits.wallets;

import java.time.Instant;
import java.util.UUID;

/**
 * One row of a store's ledger, as its owner reads it.
 *
 * @param amount the magnitude, in credits; 0 when no credit moved
 * @param delta the same with its sign: what the movement added to the balance
 * @param priceCents of an overage what it costs, of the refund that voids one what is no longer owed; else null
 * @param sessionId the try-on it was for; null for every other movement
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
