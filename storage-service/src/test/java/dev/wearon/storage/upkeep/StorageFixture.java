package dev.wearon.storage.upkeep;

import dev.wearon.storage.backends.Backend;
import dev.wearon.storage.backends.Blob;
import dev.wearon.storage.testing.Superuser;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** Reads and changes the tables and the backend directly. */
record StorageFixture(Backend backend) {

    static <T> T await(Uni<T> uni) {
        return uni.await().atMost(Duration.ofSeconds(20));
    }

    /** Deletes everything, because other tests leave objects behind. */
    void clear() {
        query("WITH gone AS (DELETE FROM storage.objects RETURNING path) SELECT count(*) FROM gone");
        query("WITH gone AS (DELETE FROM storage.removals RETURNING blob) SELECT count(*) FROM gone");
        query("WITH gone AS (DELETE FROM storage.deleted_results RETURNING path) SELECT count(*) FROM gone");
        blobs().forEach(blob -> await(backend.delete(blob)));
    }

    Set<String> blobs() {
        return await(backend.list().map(Blob::name).collect().with(Collectors.toSet()));
    }

    /** Writes a blob without a row. */
    String writeBlob() {
        String blob = UUID.randomUUID().toString();
        await(backend.write(blob, 5, Multi.createFrom().item(Buffer.buffer("bytes"))));
        return blob;
    }

    static String blobOf(String path) {
        return query("SELECT blob FROM storage.objects WHERE path = ?", path);
    }

    static long objects() {
        return Long.parseLong(query("SELECT count(*) FROM storage.objects"));
    }

    static long removals() {
        return Long.parseLong(query("SELECT count(*) FROM storage.removals"));
    }

    static void addRemoval(String blob, Instant since) {
        query(
                "INSERT INTO storage.removals (blob, since) VALUES (?, ?::timestamptz) RETURNING blob",
                blob,
                since.toString());
    }

    /** Makes all rows older. */
    static void age(Duration by) {
        query("""
                WITH older AS (
                    UPDATE storage.objects
                    SET created_at = created_at - shift.by,
                        expires_at = CASE WHEN kept THEN expires_at ELSE expires_at - shift.by END
                    FROM (SELECT ?::interval AS by) AS shift),
                waited AS (UPDATE storage.removals SET since = since - ?::interval)
                UPDATE storage.store_states
                SET closed_until = closed_until - ?::interval, changed_at = changed_at - ?::interval
                RETURNING status
                """, by.toString(), by.toString(), by.toString(), by.toString());
    }

    /** Changes the status of a store, as an event of the gateway does. */
    static void setStatus(UUID store, String status) {
        query("""
                INSERT INTO storage.store_states (store_id, status, closed_until, changed_at, event_id)
                VALUES (?, ?, now(), now(), gen_random_uuid())
                ON CONFLICT (store_id) DO UPDATE SET status = excluded.status, closed_until = excluded.closed_until,
                    changed_at = excluded.changed_at
                RETURNING status
                """, store, status);
    }

    static String query(String sql, Object... values) {
        return Superuser.query(sql, values);
    }
}
