package dev.wearon.gateway.webhooks;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.wearon.gateway.changelog.Action;
import dev.wearon.gateway.changelog.Author;
import dev.wearon.gateway.changelog.Change;
import dev.wearon.gateway.changelog.Changelog;
import dev.wearon.gateway.changelog.Entry;
import dev.wearon.gateway.stores.PatchField;
import dev.wearon.gateway.stores.Stores;
import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.pgclient.PgException;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The table {@code gateway.webhook_endpoints}, for stores. Each change writes an entry to the changelog. */
@ApplicationScoped
class Endpoints {

    private static final String COLUMNS = """
             id, url, event_types, disabled_reason, created_at, changed_at,
             CASE WHEN previous_secret_expires_at > now() THEN previous_secret_expires_at END AS previous_secret_expires_at
            """;

    /** Inserts nothing if no slot is free. */
    private static final String INSERT = """
            INSERT INTO gateway.webhook_endpoints (id, store_id, slot, url, event_types, secret)
            SELECT $2::UUID, $1::UUID, min(slot), $3::TEXT, $4::TEXT[], $5::BYTEA
              FROM generate_series(1, 10) AS slot
             WHERE slot NOT IN (SELECT taken.slot FROM gateway.webhook_endpoints AS taken WHERE taken.store_id = $1)
            HAVING min(slot) IS NOT NULL
            RETURNING""" + COLUMNS;

    private static final String URL_KEY = "webhook_endpoints_store_id_url_key";

    private static final String LIST = "SELECT" + COLUMNS + """
              FROM gateway.webhook_endpoints
             WHERE store_id = $1
             ORDER BY created_at DESC, id DESC
            """;

    private static final String FIND = "SELECT" + COLUMNS + """
              FROM gateway.webhook_endpoints
             WHERE store_id = $1
               AND id = $2
            """;

    private static final String LOCK = FIND + "   FOR UPDATE";

    /** With another URL, and when it is enabled, the endpoint counts as one that works until an attempt fails. */
    private static final String CHANGE = """
            UPDATE gateway.webhook_endpoints
               SET url = $3, event_types = $4, disabled_reason = $5, changed_at = now(),
                   failing_since = CASE WHEN url = $3 AND disabled_reason IS NOT DISTINCT FROM $5 THEN failing_since END,
                   probe_at = CASE WHEN url = $3 AND disabled_reason IS NOT DISTINCT FROM $5 THEN probe_at END,
                   failures = CASE WHEN url = $3 AND disabled_reason IS NOT DISTINCT FROM $5 THEN failures ELSE 0 END
             WHERE store_id = $1
               AND id = $2
            RETURNING""" + COLUMNS;

    private static final String DELETE = """
            DELETE FROM gateway.webhook_endpoints
             WHERE store_id = $1
               AND id = $2
            """;

    /** With an overlap of zero, no secret before the new one signs any more. */
    private static final String ROTATE = """
            UPDATE gateway.webhook_endpoints
               SET previous_secret = CASE WHEN $4 > 0 THEN secret END,
                   previous_secret_expires_at = CASE WHEN $4 > 0 THEN now() + make_interval(secs => $4) END,
                   secret = $3,
                   changed_at = now()
             WHERE store_id = $1
               AND id = $2
            RETURNING""" + COLUMNS;

    private static final String FORGET_OLD_SECRETS = """
            UPDATE gateway.webhook_endpoints
               SET previous_secret = NULL, previous_secret_expires_at = NULL
             WHERE previous_secret_expires_at <= now()
            """;

    private final Statements statements;
    private final Stores stores;
    private final Changelog changelog;
    private final WebhookSecrets secrets;

    Endpoints(Statements statements, Stores stores, Changelog changelog, WebhookSecrets secrets) {
        this.statements = statements;
        this.stores = stores;
        this.changelog = changelog;
        this.secrets = secrets;
    }

    sealed interface Creation {
        /** @param secret is shown once */
        record Created(Endpoint endpoint, String secret) implements Creation {

            @Override
            public String toString() {
                return "Created[not shown]";
            }
        }

        record LimitReached() implements Creation {}

        record UrlTaken() implements Creation {}
    }

    sealed interface Changing {
        record Changed(Endpoint endpoint) implements Changing {}

        record UrlTaken() implements Changing {}

        record NoSuchEndpoint() implements Changing {}
    }

    sealed interface Rotation {
        record Rotated(Endpoint endpoint, String secret) implements Rotation {

            @Override
            public String toString() {
                return "Rotated[not shown]";
            }
        }

        /** A secret before the current one still signs; a second overlap would end it, and its receiver may still need it. */
        record StillRotating(Instant until) implements Rotation {}

        record NoSuchEndpoint() implements Rotation {}
    }

    Uni<Creation> create(Author author, UUID storeId, String url, List<String> eventTypes) {
        UUID id = UuidCreator.getTimeOrderedEpoch();
        WebhookSecrets.New secret = secrets.generate(id);
        Tuple values = Tuple.of(storeId, id, url, eventTypes.toArray(String[]::new), secret.sealed());
        return statements
                // Creates of the same store wait for each other, so each one finds a free slot or knows that there is
                // none.
                .<Creation>transaction(transaction -> stores.lock(transaction, storeId)
                        .chain(() -> first(transaction, INSERT, values))
                        .chain(inserted -> inserted.isEmpty()
                                ? Uni.createFrom().item(new Creation.LimitReached())
                                : write(
                                                transaction,
                                                author,
                                                Action.ENDPOINT_CREATED,
                                                storeId,
                                                id,
                                                created(inserted.get()))
                                        .replaceWith(new Creation.Created(inserted.get(), secret.value()))))
                .onFailure(Endpoints::isUrlTaken)
                .recoverWithItem(new Creation.UrlTaken());
    }

    Uni<List<Endpoint>> list(UUID storeId) {
        return statements.list(LIST, Tuple.of(storeId), Endpoints::endpoint);
    }

    Uni<Optional<Endpoint>> find(UUID storeId, UUID id) {
        return statements.first(FIND, Tuple.of(storeId, id), Endpoints::endpoint);
    }

    Uni<Changing> change(Author author, UUID storeId, UUID id, EndpointPatch patch) {
        return statements
                .<Changing>transaction(transaction -> first(transaction, LOCK, Tuple.of(storeId, id))
                        .chain(found -> found.isEmpty()
                                ? Uni.createFrom().item(new Changing.NoSuchEndpoint())
                                : change(transaction, author, storeId, found.get(), patch)
                                        .map(Changing.Changed::new)))
                .onFailure(Endpoints::isUrlTaken)
                .recoverWithItem(new Changing.UrlTaken());
    }

    private Uni<Endpoint> change(
            SqlConnection transaction, Author author, UUID storeId, Endpoint old, EndpointPatch patch) {
        boolean enabled = PatchField.orOld(patch.enabled(), old.enabled());
        List<String> eventTypes = patch.eventTypes() == null
                ? old.eventTypes()
                : EndpointRequest.known(patch.eventTypes().value());
        Tuple values = Tuple.tuple()
                .addUUID(storeId)
                .addUUID(old.endpointId())
                .addString(PatchField.orOld(patch.url(), old.url()))
                .addArrayOfString(eventTypes.toArray(String[]::new))
                .addString(
                        enabled
                                ? null
                                : Optional.ofNullable(old.disabledReason()).orElse("store"));
        return first(transaction, CHANGE, values).map(Optional::orElseThrow).call(now -> {
            Change change = Change.between(audited(old), audited(now));
            return change.isEmpty()
                    ? Uni.createFrom().voidItem()
                    : write(transaction, author, Action.ENDPOINT_CHANGED, storeId, old.endpointId(), change);
        });
    }

    /** @return false if the store has no such endpoint */
    Uni<Boolean> delete(Author author, UUID storeId, UUID id) {
        return statements.transaction(transaction -> first(transaction, LOCK, Tuple.of(storeId, id))
                .chain(found -> found.isEmpty()
                        ? Uni.createFrom().item(false)
                        : transaction
                                .preparedQuery(DELETE)
                                .execute(Tuple.of(storeId, id))
                                .chain(() -> write(
                                        transaction,
                                        author,
                                        Action.ENDPOINT_DELETED,
                                        storeId,
                                        id,
                                        new Change(audited(found.get()), null)))
                                .replaceWith(true)));
    }

    /** @param overlap how long the secret before also signs */
    Uni<Rotation> rotate(Author author, UUID storeId, UUID id, Duration overlap) {
        return statements.transaction(
                transaction -> first(transaction, LOCK, Tuple.of(storeId, id)).chain(found -> {
                    if (found.isEmpty()) {
                        return Uni.createFrom().item(new Rotation.NoSuchEndpoint());
                    }
                    Instant until = found.get().previousSecretExpiresAt();
                    return until != null && overlap.isPositive()
                            ? Uni.createFrom().item(new Rotation.StillRotating(until))
                            : rotate(transaction, author, storeId, found.get(), overlap);
                }));
    }

    private Uni<Rotation> rotate(
            SqlConnection transaction, Author author, UUID storeId, Endpoint old, Duration overlap) {
        WebhookSecrets.New secret = secrets.generate(old.endpointId());
        Tuple values = Tuple.of(storeId, old.endpointId(), secret.sealed(), Statements.seconds(overlap));
        return first(transaction, ROTATE, values)
                .map(Optional::orElseThrow)
                .call(now -> write(
                        transaction,
                        author,
                        Action.ENDPOINT_ROTATED,
                        storeId,
                        old.endpointId(),
                        Change.between(Map.of(), Map.of("overlap_seconds", overlap.toSeconds()))))
                .map(now -> new Rotation.Rotated(now, secret.value()));
    }

    /** @return how many endpoints, of all stores, had a secret that does not sign any more */
    Uni<Integer> forgetOldSecrets() {
        return statements.count(FORGET_OLD_SECRETS, Tuple.tuple());
    }

    private Uni<Void> write(
            SqlConnection transaction, Author author, Action action, UUID storeId, UUID id, Change change) {
        return changelog.write(transaction, new Entry(author, action, storeId, id.toString(), change));
    }

    private static Change created(Endpoint endpoint) {
        return Change.created(audited(endpoint));
    }

    /** Shows that a URL has changed without showing it: its path may be a secret, and the changelog accepts no {@code @}. */
    private static Map<String, Object> audited(Endpoint endpoint) {
        Map<String, Object> fields = new HashMap<>();
        fields.put("host", URI.create(endpoint.url()).getAuthority());
        fields.put("url_hash", hash(endpoint.url()));
        fields.put("event_types", endpoint.eventTypes());
        fields.put("disabled_reason", endpoint.disabledReason());
        return fields;
    }

    private static String hash(String url) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(url.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 4);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static boolean isUrlTaken(Throwable fault) {
        return fault instanceof PgException refusal && URL_KEY.equals(refusal.getConstraint());
    }

    private static Uni<Optional<Endpoint>> first(SqlConnection transaction, String statement, Tuple values) {
        return transaction
                .preparedQuery(statement)
                .execute(values)
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(endpoint(rows.iterator().next())));
    }

    private static Endpoint endpoint(Row row) {
        String disabledReason = row.getString("disabled_reason");
        return new Endpoint(
                row.getUUID("id"),
                row.getString("url"),
                List.of(row.getArrayOfStrings("event_types")),
                disabledReason == null,
                disabledReason,
                instant(row, "previous_secret_expires_at"),
                instant(row, "created_at"),
                instant(row, "changed_at"));
    }

    private static Instant instant(Row row, String column) {
        OffsetDateTime time = row.getOffsetDateTime(column);
        return time == null ? null : time.toInstant();
    }
}
