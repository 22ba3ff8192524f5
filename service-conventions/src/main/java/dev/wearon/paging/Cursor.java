package dev.wearon.paging;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;

/** The position of a row in its list. Times have microseconds, as in the database. */
public record Cursor(OffsetDateTime at, UUID id) {

    /** The position before the first row of every list. */
    static final Cursor NEWEST =
            new Cursor(OffsetDateTime.of(9999, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC), new UUID(-1, -1));

    private static final int BYTES = 3 * Long.BYTES;

    String encoded() {
        byte[] bytes = ByteBuffer.allocate(BYTES)
                .putLong(micros(at))
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** @return empty if the text is not a cursor of this service */
    static Optional<Cursor> parse(String text) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(text);
            if (bytes.length != BYTES) {
                return Optional.empty();
            }
            ByteBuffer parts = ByteBuffer.wrap(bytes);
            long micros = parts.getLong();
            if (micros < 0 || micros >= micros(NEWEST.at())) {
                return Optional.empty();
            }
            Instant at = Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
            Cursor cursor = new Cursor(at.atOffset(ZoneOffset.UTC), new UUID(parts.getLong(), parts.getLong()));
            // Base64 can encode the same bytes in several ways; only the canonical one is accepted.
            return cursor.encoded().equals(text) ? Optional.of(cursor) : Optional.empty();
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    private static long micros(OffsetDateTime at) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, at.toInstant());
    }
}
