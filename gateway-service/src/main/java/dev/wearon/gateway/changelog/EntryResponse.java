package dev.wearon.gateway.changelog;

import com.fasterxml.jackson.annotation.JsonRawValue;
import java.time.Instant;
import java.util.UUID;

/**
 * An entry as the operator reads it.
 *
 * @param before the JSON object as the table has it, or null; numbers keep all their digits
 * @param after likewise
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
