package dev.wearon.generation.analytics;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * The try-ons of a store that have ended, by the time of their create.
 *
 * @param completeSince try-ons that were created before may be missing; null if none is
 * @param usage by time; a bucket without an ended try-on has no entry
 * @param test whether the credits are test credits
 */
record Usage(
        String bucket,
        String by,
        Instant firstBucket,
        Instant lastBucket,
        Instant completeSince,
        List<Entry> usage,
        boolean test) {

    /**
     * The try-ons of one bucket with one outcome or of one API key.
     *
     * @param outcome {@code completed} or an error code; null by key
     * @param apiKeyId null by outcome, and for try-ons whose key is not known
     * @param creditsUsed credits of the completed try-ons
     * @param creditsRefunded credits of the failed try-ons that came back
     * @param processingTimeMs the sum of all try-ons
     */
    record Entry(
            Instant start,
            String outcome,
            UUID apiKeyId,
            long tryOns,
            long creditsUsed,
            long creditsRefunded,
            long processingTimeMs) {}
}
