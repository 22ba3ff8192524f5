package dev.wearon.generation.worker;

import dev.wearon.generation.channels.Owner;
import java.util.List;
import java.util.UUID;

/**
 * The right to work on a session until its lease runs out.
 *
 * @param owner of the session
 * @param leaseOwner of the lease: unique for each claim of each process
 * @param attempt number of this attempt, from 1; writes of older attempts are refused
 */
record Claim(
        UUID sessionId,
        Owner owner,
        String leaseOwner,
        int attempt,
        List<String> imagePaths,
        String prompt,
        String requestId) {}
