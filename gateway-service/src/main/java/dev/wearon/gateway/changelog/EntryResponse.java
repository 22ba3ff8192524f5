package dev.wearon.gateway.changelog;

import com.fasterxml.jackson.annotation.JsonRawValue;
import java.time.Instant;
import java.util.UUID;

/**
 * An entry for the operator.
 *
 * @param before the JSON object of the table, or null. Raw, so that numbers keep all digits
 * @param after like {@code before}
 */
record EntryResponse(
        UUID id,
        Instant at,
        String who,
        String action,
        UUID storeId,
        String subject,
        @JsonRawValue String before,
        @JsonRawValue String after,
        String requestId) {}
