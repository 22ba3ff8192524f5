package dev.wearon.generation.worker;

import dev.wearon.generation.channels.Owner;
import java.util.List;
import java.util.UUID;

/**
 * The right to work on a session until its lease runs out.
 *
 * @param owner whose session it is
 * @param leaseOwner whose right it is: one process, and no other one ever
 * @param attempt which attempt this is, from 1; the writes of an attempt that is no longer the last are refused
 */
record Claim(
        UUID sessionId,
        Owner owner,
        String leaseOwner,
        int attempt,
        List<String> imagePaths,
        String prompt,
        String requestId) {}
