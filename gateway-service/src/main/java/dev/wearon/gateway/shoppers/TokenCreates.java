package dev.wearon.gateway.shoppers;

import dev.wearon.http.Problem;
import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.Optional;

/** The tables {@code gateway.shopper_creates} and {@code gateway.anonymous_creates}: the slots of the tokens. */
@ApplicationScoped
public class TokenCreates {

    private static final String TAKE = """
            SELECT gateway.take_create($1, $2, $3, $4) AS outcome,
                   CEIL(EXTRACT(EPOCH FROM date_trunc('day', now(), 'UTC') + INTERVAL '1 day' - now()))::BIGINT
                       AS seconds_to_midnight
            """;

    private static final String GIVE_BACK = """
            SELECT gateway.give_create_back($1, $2, $3)
            """;

    private static final String REMOVE_OLD_DAYS = """
            DELETE FROM gateway.anonymous_creates
             WHERE day < (now() AT TIME ZONE 'UTC')::date - 1
            """;

    private final Statements statements;

    TokenCreates(Statements statements) {
        this.statements = statements;
    }

    /** A create of this token, which is not counted yet. */
    public TokenCreate of(ShopperToken token, String idempotencyKey, int anonymousPerDay) {
        return new TokenCreate(this, token, idempotencyKey, anonymousPerDay);
    }

    /** @return the refusal; empty if the create has its slot */
    Uni<Optional<Problem>> take(TokenCreate create) {
        ShopperToken token = create.token();
        return statements
                .run(TAKE, Tuple.of(token.id(), token.storeId(), create.idempotencyKey(), create.anonymousPerDay()))
                .map(rows -> refusal(rows.iterator().next(), create));
    }

    Uni<Void> giveBack(TokenCreate create) {
        ShopperToken token = create.token();
        return statements
                .run(GIVE_BACK, Tuple.of(token.id(), token.storeId(), create.idempotencyKey()))
                .replaceWithVoid();
    }

    /** Deletes the counts of days that no create changes any more. A store has one of each day. */
    Uni<Integer> removeOldDays() {
        return statements.count(REMOVE_OLD_DAYS, Tuple.tuple());
    }

    private static Optional<Problem> refusal(Row row, TokenCreate create) {
        String outcome = row.getString("outcome");
        return switch (outcome) {
            case "taken" -> Optional.empty();
            case "exhausted" ->
                Optional.of(Problem.of(
                        Problem.Code.TOKEN_EXHAUSTED,
                        "This shopper token has created as many try-ons as it may. Request a new one from the shop's"
                                + " server."));
            case "day_full" ->
                Optional.of(Problem.of(
                                Problem.Code.RATE_LIMIT_EXCEEDED,
                                "The limit of " + create.anonymousPerDay()
                                        + " try-ons of anonymous shoppers a day is reached. The next one passes tomorrow"
                                        + " (UTC), or with a token that names its shopper.")
                        .with(
                                HttpHeaders.RETRY_AFTER,
                                row.getLong("seconds_to_midnight").toString()));
            default -> throw new IllegalStateException("take_create returned " + outcome);
        };
    }
}
