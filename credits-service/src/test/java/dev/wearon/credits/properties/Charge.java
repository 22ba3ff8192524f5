package dev.wearon.credits.properties;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

/**
 * A charge as the service requests it.
 *
 * @param dailyCap the credits that the store may spend on a day; null for any number
 * @param email the shopper who pays, in any spelling; null for the store's pool
 * @param overage null if a pool that is too small refuses the charge
 * @param issuer null if the request names no issuer
 */
record Charge(
        UUID id,
        UUID store,
        String issuer,
        int amount,
        String email,
        Overage overage,
        Integer dailyCap,
        String requestId,
        String description)
        implements Step {

    private static final String ONE = """
            SELECT credits.charge(?::UUID, ?::UUID, ?::INTEGER, ?::TEXT, ?::TEXT, ?::TEXT, ?::INTEGER, ?::INTEGER, ?::TEXT,
                                  ?::INTEGER)
            """;
    private static final String ALL = "SELECT credits.charge_all(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    @Override
    public String applyTo(LedgerModel model) {
        return model.charge(id, store, issuer, amount, email, overage, dailyCap);
    }

    @Override
    public String execute(Connection connection) throws SQLException {
        return Step.query(
                connection,
                ONE,
                id,
                store,
                amount,
                requestId,
                description,
                email,
                priceCents(),
                capCents(),
                issuer,
                dailyCap);
    }

    /** Sends the whole batch in one call. Returns the outcomes in the order of the requests. */
    static List<String> all(Connection connection, List<Charge> batch) throws SQLException {
        SqlArrays<Charge> arrays = new SqlArrays<>(connection, batch);
        return arrays.call(
                ALL,
                arrays.of("uuid", Charge::id),
                arrays.of("uuid", Charge::store),
                arrays.of("int4", Charge::amount),
                arrays.of("text", Charge::requestId),
                arrays.of("text", Charge::description),
                arrays.of("text", Charge::email),
                arrays.of("int4", Charge::priceCents),
                arrays.of("int4", Charge::capCents),
                arrays.of("text", Charge::issuer),
                arrays.of("int4", Charge::dailyCap));
    }

    private Integer priceCents() {
        return overage == null ? null : (Integer) overage.priceCents();
    }

    private Integer capCents() {
        return overage == null ? null : (Integer) overage.capCents();
    }
}
