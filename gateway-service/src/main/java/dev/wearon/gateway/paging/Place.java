package dev.wearon.gateway.paging;

import io.vertx.mutiny.sqlclient.Row;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;

/** A row's place in its list. Times have microseconds, as in the database. */
public record Place(OffsetDateTime at, UUID id) {

    /** Before every row there can be. */
    static final Place NEWEST = new Place(OffsetDateTime.of(9999, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC), new UUID(-1, -1));

    private static final int BYTES = 3 * Long.BYTES;

    /** @param time the column that the list is ordered by */
    public static Place of(Row row, String time) {
        return new Place(row.getOffsetDateTime(time), row.getUUID("id"));
    }

    String cursor() {
        long micros = ChronoUnit.MICROS.between(Instant.EPOCH, at.toInstant());
        byte[] bytes = ByteBuffer.allocate(BYTES)
                .putLong(micros)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** @return empty for anything that was never handed out as a cursor */
    static Optional<Place> ofCursor(String cursor) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(cursor);
            if (bytes.length != BYTES) {
                return Optional.empty();
            }
            ByteBuffer parts = ByteBuffer.wrap(bytes);
            Instant at = Instant.EPOCH.plus(parts.getLong(), ChronoUnit.MICROS);
            Place place = new Place(at.atOffset(ZoneOffset.UTC), new UUID(parts.getLong(), parts.getLong()));
            // Base64 has several spellings of the same bytes, and no list reaches beyond these times.
            boolean ours = place.cursor().equals(cursor)
                    && !at.isBefore(Instant.EPOCH)
                    && place.at().isBefore(NEWEST.at());
            return ours ? Optional.of(place) : Optional.empty();
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }
}
