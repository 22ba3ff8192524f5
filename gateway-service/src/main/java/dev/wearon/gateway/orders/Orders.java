package dev.wearon.gateway.orders;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.f4b6a3.uuid.UuidCreator;
import dev.wearon.gateway.access.ShopperEmail;
import dev.wearon.gateway.orders.Decision.Shopper;
import dev.wearon.gateway.orders.Order.Candidate;
import dev.wearon.gateway.purchases.PurchaseFacts;
import dev.wearon.gateway.purchases.Recorded.Booked;
import dev.wearon.gateway.stores.CreditShop;
import dev.wearon.identity.InvisibleCharacters;
import dev.wearon.identity.Principal;
import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/** The table {@code gateway.orders}. What is due is found for all stores. */
@ApplicationScoped
class Orders {

    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private static final String COLUMNS = """
            store_id, order_id, facts::text AS facts, seen_at, token_hash, attributed_to, customer_id, email, credits, amount_paid,
            returned, claimed_at IS NOT NULL AS claimed, claimed_by, shopper_ref, shopper_email, told_returned, told_claimed, outcome,
            attempts, redacted_at IS NOT NULL AS redacted
            """;

    private static final String INSERT = """
            INSERT INTO gateway.orders (id, store_id, order_id, facts)
            VALUES ($1, $2, $3, $4::text::jsonb)
            ON CONFLICT (store_id, order_id) DO NOTHING
            """;

    private static final String FIND =
            "SELECT " + COLUMNS + " FROM gateway.orders WHERE store_id = $1 AND order_id = $2";

    private static final String LOCK = FIND + " FOR NO KEY UPDATE";

    private static final String LOCK_BY_TOKEN =
            "SELECT " + COLUMNS + " FROM gateway.orders WHERE store_id = $1 AND token_hash = $2 FOR NO KEY UPDATE";

    private static final String SAVE = """
            UPDATE gateway.orders
               SET facts = $3::text::jsonb, token_hash = COALESCE(token_hash, $4), seen_at = $5, attributed_to = $6,
                   customer_id = $7, email = $8,
                   due_at = CASE WHEN $9 THEN now() + interval '1 minute' ELSE due_at END
             WHERE store_id = $1 AND order_id = $2
            """;

    /** The same values if they are fixed already. The time when it is due is a lease: the process may die before the answer. */
    private static final String FIX = """
            UPDATE gateway.orders
               SET credits = $3, amount_paid = $4, currency = COALESCE(currency, $5), decided_at = COALESCE(decided_at, now()),
                   returned = GREATEST(returned, $6),
                   claimed_at = CASE WHEN $7::uuid IS NULL THEN claimed_at ELSE COALESCE(claimed_at, now()) END,
                   claimed_by = COALESCE(claimed_by, $7), shopper_ref = COALESCE($8, shopper_ref),
                   shopper_email = COALESCE($9, shopper_email),
                   attributed_to = CASE WHEN $7::uuid IS NULL THEN attributed_to END,
                   customer_id = CASE WHEN $7::uuid IS NULL THEN customer_id END,
                   email = CASE WHEN $7::uuid IS NULL THEN email END,
                   due_at = now() + interval '1 minute'
             WHERE store_id = $1 AND order_id = $2
            RETURNING currency, returned
            """;

    private static final String NOT_DUE =
            "UPDATE gateway.orders SET due_at = NULL WHERE store_id = $1 AND order_id = $2 AND due_at IS NOT NULL";

    private static final String NOT_DUE_SINCE =
            "UPDATE gateway.orders SET due_at = NULL WHERE store_id = $1 AND order_id = $2 AND due_at = $3";

    /** An answer that is older than another one changes only what the ledger has confirmed. */
    private static final String ANSWERED = """
            UPDATE gateway.orders
               SET outcome = $5, granted = $6, clawed_back = $7, shortfall = $8, reason = NULL, attempts = 0,
                   told_returned = GREATEST(told_returned, $3), told_claimed = told_claimed OR $4,
                   shopper_ref = CASE WHEN NOT $4 THEN shopper_ref END, shopper_email = CASE WHEN NOT $4 THEN shopper_email END,
                   due_at = CASE WHEN returned > $3 OR claimed_at IS NOT NULL AND NOT (told_claimed OR $4) THEN now() END
             WHERE store_id = $1 AND order_id = $2
               AND (told_returned IS NULL OR told_returned <= $3) AND ($4 OR NOT told_claimed)
            """;

    private static final String REFUSED = """
            UPDATE gateway.orders SET outcome = 'refused', reason = $3, due_at = CASE WHEN $4 THEN now() + interval '1 hour' END
             WHERE store_id = $1 AND order_id = $2
            """;

    private static final String UNANSWERED = """
            UPDATE gateway.orders
               SET reason = $3, attempts = attempts + 1,
                   due_at = now() + LEAST(interval '1 hour', interval '1 minute' * (1 << LEAST(attempts, 10)))
             WHERE store_id = $1 AND order_id = $2
            """;

    /** The new time when it is due is a lease, longer than a round: the process may die. */
    private static final String TAKE_DUE = """
            UPDATE gateway.orders
               SET due_at = now() + interval '5 minutes'
             WHERE id = ANY (ARRAY(SELECT id
                                     FROM gateway.orders
                                    WHERE due_at <= now()
                                    ORDER BY due_at
                                    LIMIT $1
                                      FOR NO KEY UPDATE SKIP LOCKED))
            RETURNING store_id, order_id, due_at
            """;

    private final Statements statements;
    private final ShopperAttribute attribute;

    Orders(Statements statements, ShopperAttribute attribute) {
        this.statements = statements;
        this.attribute = attribute;
    }

    record Due(UUID storeId, String orderId, OffsetDateTime since) {}

    /**
     * What the ledger must be told.
     *
     * @param claims whether the facts name the shopper, or the ledger knows it
     */
    record Call(PurchaseFacts facts, boolean claims) {}

    /** What a call of {@link #fix} has done. */
    sealed interface Fixed {
        record Told() implements Fixed {}

        record Tell(Call call) implements Fixed {}

        /** Another customer is known meanwhile, of whom Shopify was not asked. */
        record Changed() implements Fixed {}
    }

    /** What a shopper has claimed. */
    sealed interface Claim {
        record Claimed(Order order) implements Claim {}

        /** There is no such order, it cannot be claimed, or it is another shopper's. The result never says which. */
        record Unknown() implements Claim {}
    }

    Uni<Optional<Order>> find(UUID storeId, String orderId) {
        return statements.first(FIND, Tuple.of(storeId, orderId), Orders::order);
    }

    /** Takes the orders of which the ledger must be told something now, those that wait longest. Another process takes others. */
    Uni<List<Due>> takeDue(int most) {
        return statements.list(
                TAKE_DUE,
                Tuple.of(most),
                row -> new Due(row.getUUID("store_id"), row.getString("order_id"), row.getOffsetDateTime("due_at")));
    }

    /** Nothing must be told of it, unless something became due meanwhile. */
    Uni<Boolean> notDue(Due due) {
        return statements.changed(NOT_DUE_SINCE, Tuple.of(due.storeId(), due.orderId(), due.since()));
    }

    /**
     * Adds what a message says.
     *
     * @return the order as it is then; empty if it has no line of the store's product
     */
    Uni<Optional<Order>> save(CreditShop shop, OrderSnapshot message) {
        return statements.transaction(transaction -> open(transaction, shop, message)
                .chain(() -> transaction
                        .preparedQuery(LOCK)
                        .execute(Tuple.of(shop.storeId(), message.orderId()))
                        .map(Orders::first))
                .chain(found -> found.map(row -> save(transaction, shop, message, row))
                        .orElseGet(() -> Uni.createFrom().item(Optional.empty()))));
    }

    private Uni<Void> open(SqlConnection transaction, CreditShop shop, OrderSnapshot message) {
        return message.isOf(shop.productId())
                ? transaction
                        .preparedQuery(INSERT)
                        .execute(Tuple.of(
                                UuidCreator.getTimeOrderedEpoch(),
                                shop.storeId(),
                                message.orderId(),
                                json(OrderFacts.NONE)))
                        .replaceWithVoid()
                : Uni.createFrom().voidItem();
    }

    private Uni<Optional<Order>> save(SqlConnection transaction, CreditShop shop, OrderSnapshot message, Row row) {
        Order before = order(row);
        OffsetDateTime seen = row.getOffsetDateTime("seen_at");
        Optional<OrderSnapshot.Head> head = message.head();
        boolean newer =
                head.isPresent() && (seen == null || !head.get().updatedAt().isBefore(seen.toInstant()));
        Order after = before.knowing(
                before.facts().with(message, shop.productId()),
                head.map(said -> candidate(shop.storeId(), said.buyer()))
                        .filter(said -> !before.claimed())
                        .map(said -> newer
                                ? said.or(before.candidate())
                                : before.candidate().or(said))
                        .orElse(before.candidate()));
        boolean due =
                !after.isTold(after.decision(shop.test(), after.candidate().shopper(Optional.empty())));
        Optional<String> token = head.flatMap(OrderSnapshot.Head::tokenHash);
        if (after.equals(before) && !due && (token.isEmpty() || row.getString("token_hash") != null)) {
            return Uni.createFrom().item(Optional.of(after));
        }
        return transaction
                .preparedQuery(SAVE)
                .execute(Tuple.from(Arrays.asList(
                        shop.storeId(),
                        message.orderId(),
                        json(after.facts()),
                        token.orElse(null),
                        newer ? Statements.utc(head.get().updatedAt()) : seen,
                        after.candidate().attributed().orElse(null),
                        after.candidate().customerId().orElse(null),
                        after.candidate().email().orElse(null),
                        due)))
                .replaceWith(Optional.of(after));
    }

    private Candidate candidate(UUID storeId, OrderSnapshot.Buyer buyer) {
        return new Candidate(
                buyer.attribute().flatMap(text -> attribute.read(storeId, text)).map(Shopper::name),
                buyer.customerId(),
                buyer.email().flatMap(Orders::normalised));
    }

    /** As the ledger has addresses. One with an invisible character could be another shopper's, so it names nobody. */
    static Optional<String> normalised(String email) {
        return InvisibleCharacters.firstIn(email).isPresent() ? Optional.empty() : ShopperEmail.normalised(email);
    }

    /**
     * Fixes what was bought and for whom, before the ledger is told.
     *
     * @param asked the customer of whom Shopify was asked
     * @param verified the verified address of this customer
     */
    Uni<Fixed> fix(CreditShop shop, String orderId, Optional<String> asked, Optional<String> verified) {
        return statements.transaction(transaction -> transaction
                .preparedQuery(LOCK)
                .execute(Tuple.of(shop.storeId(), orderId))
                .map(rows -> order(rows.iterator().next()))
                .chain(order -> {
                    if (!order.claimed() && !order.candidate().asked().equals(asked)) {
                        return Uni.createFrom().item(new Fixed.Changed());
                    }
                    return fix(transaction, shop, order, order.candidate().shopper(verified));
                }));
    }

    private Uni<Fixed> fix(SqlConnection transaction, CreditShop shop, Order order, Optional<Shopper> known) {
        Decision decision = order.decision(shop.test(), known);
        if (order.isTold(decision)) {
            return transaction
                    .preparedQuery(NOT_DUE)
                    .execute(Tuple.of(order.storeId(), order.orderId()))
                    .replaceWith(new Fixed.Told());
        }
        return switch (decision) {
            case Decision.Nothing nothing -> throw new IllegalStateException("Nothing is always told");
            case Decision.Unclaimed(int credits, int returned) ->
                fix(transaction, shop, order, credits, returned, Optional.empty());
            case Decision.Credits(int credits, int returned, Shopper shopper) ->
                fix(transaction, shop, order, credits, returned, Optional.of(shopper));
        };
    }

    private static Uni<Fixed> fix(
            SqlConnection transaction,
            CreditShop shop,
            Order order,
            int credits,
            int returned,
            Optional<Shopper> shopper) {
        BigDecimal amount =
                order.bought().isPresent() ? order.amountPaid() : order.facts().worth();
        return transaction
                .preparedQuery(FIX)
                .execute(Tuple.from(Arrays.asList(
                        order.storeId(),
                        order.orderId(),
                        credits,
                        amount,
                        order.facts().currency(),
                        returned,
                        shopper.flatMap(known -> pseudonym(order.storeId(), known.name()))
                                .orElse(null),
                        shopper.flatMap(Shopper::ref).orElse(null),
                        shopper.flatMap(Shopper::email).orElse(null))))
                .map(rows -> rows.iterator().next())
                .map(row -> new Fixed.Tell(new Call(
                        new PurchaseFacts(
                                order.orderId(),
                                shopper.flatMap(Shopper::ref).orElse(null),
                                shopper.flatMap(Shopper::email).orElse(null),
                                credits,
                                row.getInteger("returned"),
                                amount,
                                row.getString("currency"),
                                "order-" + order.orderId(),
                                shop.test()),
                        order.toldClaimed() || shopper.isPresent())));
    }

    /** @param shopper as the principal of a shopper has it */
    Uni<Claim> claim(CreditShop shop, String tokenHash, String shopper) {
        Optional<UUID> pseudonym = pseudonym(shop.storeId(), shopper);
        return statements.transaction(transaction -> transaction
                .preparedQuery(LOCK_BY_TOKEN)
                .execute(Tuple.of(shop.storeId(), tokenHash))
                .map(Orders::first)
                .chain(found -> {
                    Optional<Order> order = found.map(Orders::order);
                    if (order.filter(Order::claimed).isPresent()) {
                        boolean same = pseudonym.equals(Optional.of(found.get().getUUID("claimed_by")));
                        return Uni.createFrom().item(same ? new Claim.Claimed(order.get()) : new Claim.Unknown());
                    }
                    return order.filter(unclaimed -> unclaimed.isUnclaimed(shop.test()))
                            .map(unclaimed -> fix(transaction, shop, unclaimed, Optional.of(Shopper.named(shopper)))
                                    .chain(() -> locked(transaction, unclaimed))
                                    .<Claim>map(Claim.Claimed::new))
                            .orElseGet(() -> Uni.createFrom().item(new Claim.Unknown()));
                }));
    }

    private static Uni<Order> locked(SqlConnection transaction, Order order) {
        return transaction
                .preparedQuery(LOCK)
                .execute(Tuple.of(order.storeId(), order.orderId()))
                .map(rows -> order(rows.iterator().next()));
    }

    private static Optional<UUID> pseudonym(UUID storeId, String shopper) {
        return Principal.OfStore.owner(storeId, Optional.of(shopper), Optional.empty());
    }

    Uni<Boolean> answered(UUID storeId, Call told, Booked booked) {
        return statements.changed(
                ANSWERED,
                Tuple.from(Arrays.asList(
                        storeId,
                        told.facts().orderId(),
                        told.facts().returned(),
                        told.claims(),
                        booked.status().name().toLowerCase(Locale.ROOT),
                        booked.granted(),
                        booked.clawedBack(),
                        booked.shortfall())));
    }

    /** @param again whether it is told again in an hour; otherwise only when there are new facts */
    Uni<Boolean> refused(UUID storeId, String orderId, String reason, boolean again) {
        return statements.changed(REFUSED, Tuple.of(storeId, orderId, reason, again));
    }

    /** It is told again later, with a growing delay of an hour at most. */
    Uni<Boolean> unanswered(UUID storeId, String orderId, String reason) {
        return statements.changed(UNANSWERED, Tuple.of(storeId, orderId, reason));
    }

    private static Optional<Row> first(RowSet<Row> rows) {
        return rows.size() == 0 ? Optional.empty() : Optional.of(rows.iterator().next());
    }

    private static Order order(Row row) {
        Optional<String> ref = Optional.ofNullable(row.getString("shopper_ref"));
        Optional<String> email = Optional.ofNullable(row.getString("shopper_email"));
        return new Order(
                row.getUUID("store_id"),
                row.getString("order_id"),
                facts(row.getString("facts")),
                new Candidate(
                        Optional.ofNullable(row.getString("attributed_to")),
                        Optional.ofNullable(row.getString("customer_id")),
                        Optional.ofNullable(row.getString("email"))),
                number(row.getInteger("credits")),
                row.getBigDecimal("amount_paid"),
                row.getInteger("returned"),
                row.getBoolean("claimed"),
                ref.or(() -> email).map(known -> new Shopper(ref, email)),
                number(row.getInteger("told_returned")),
                row.getBoolean("told_claimed"),
                Optional.ofNullable(row.getString("outcome")),
                row.getInteger("attempts"),
                row.getBoolean("redacted"));
    }

    private static OptionalInt number(Integer number) {
        return number == null ? OptionalInt.empty() : OptionalInt.of(number);
    }

    static OrderFacts facts(String json) {
        try {
            return JSON.readValue(json, OrderFacts.class);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("Facts that this class has written are unreadable", impossible);
        }
    }

    private static String json(OrderFacts facts) {
        try {
            return JSON.writeValueAsString(facts);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
