package dev.wearon.generation.worker;

import dev.wearon.generation.channels.Owner;
import dev.wearon.generation.garments.GarmentType;
import dev.wearon.generation.scenarios.Scenario;
import io.opentelemetry.api.trace.SpanContext;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The right to work on a session until its lease runs out.
 *
 * @param owner the owner of the session
 * @param leaseOwner the owner of the lease, unique for each claim
 * @param attempt number of this attempt, from 1; writes of older attempts are refused
 * @param takenOver whether the lease of another claim had ended, and not by a result: its worker died or hangs
 * @param age the time from the create to the claim
 * @param garmentType as sent; empty if the image model is to judge it
 * @param trace the span of the create, if its trace is sampled
 * @param details the session's values of the columns that only its channel has
 */
record Claim(
        UUID sessionId,
        Owner owner,
        String leaseOwner,
        int attempt,
        boolean takenOver,
        Duration age,
        List<String> imagePaths,
        String prompt,
        Optional<GarmentType> garmentType,
        String requestId,
        Optional<SpanContext> trace,
        Map<String, String> details) {

    /** The outcome that the session's prompt forces. */
    Optional<Scenario> scenario() {
        return owner.channel().scenario(prompt, details);
    }
}
