package dev.wearon.http;

import io.quarkus.security.AuthenticationFailedException;
import jakarta.json.JsonNumber;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.jwt.JsonWebToken;

/**
 * The store on whose behalf a request arrives, as the gateway's signed identity says it. No store id is ever taken from
 * a body, a query or an unsigned header.
 *
 * @param storeId whose request this is
 * @param shopperEmail the shopper at that store, normalised, when the merchant's server named a usable one
 * @param terms what the ledger must know of the store, nothing of it is synchronised between services
 */
public record Caller(UUID storeId, Optional<String> shopperEmail, Terms terms) {

    /** Requests of a store; only the gateway's key may sign this. */
    public static final String STORE = "store";

    /** A service acting as itself (worker, background job, operator): the store then stands in the path. */
    public static final String SERVICE = "service";

    /** Names of the claims, shared by who signs and who reads. */
    public static final class Claims {
        public static final String STORE_ID = "store_id";
        public static final String SHOPPER_EMAIL = "shopper_email";
        public static final String BILLING_MODE = "billing_mode";
        public static final String SUBSCRIPTION_TIER = "subscription_tier";
        public static final String SUBSCRIPTION_STATUS = "subscription_status";
        public static final String OVERAGE_CAP_CENTS = "overage_cap_cents";
        public static final String REQUIRE_SHOPPER_EMAIL = "require_shopper_email";

        private Claims() {}
    }

    /** Who pays for a try-on: the store from its pool, or the shopper from a wallet at that store. */
    public enum BillingMode {
        ABSORB_MODE,
        RESELL_MODE;

        /** The word on the wire and in the tables, for example {@code absorb_mode}. */
        public String wire() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }

        public static BillingMode ofWire(String wire) {
            return valueOf(wire.toUpperCase(java.util.Locale.ROOT));
        }
    }

    /**
     * The store's contract at the moment the identity was signed (it lives for minutes).
     *
     * @param overageCapCents what overage may cost in a calendar month, more than 0; empty: overage is off
     * @param shopperRequired whether every try-on must name its shopper, also where the store pays
     */
    public record Terms(
            BillingMode billingMode,
            Optional<String> tier,
            Optional<String> subscriptionStatus,
            Optional<Integer> overageCapCents,
            boolean shopperRequired) {}

    /**
     * Reads a verified identity of the {@link #STORE} role.
     *
     * @throws AuthenticationFailedException when a claim is missing or is not what its name promises: whoever signed such
     *     an identity, it cannot be acted upon
     */
    public static Caller of(JsonWebToken identity) {
        try {
            return new Caller(
                    UUID.fromString(required(identity, Claims.STORE_ID)),
                    text(identity, Claims.SHOPPER_EMAIL),
                    new Terms(
                            BillingMode.ofWire(required(identity, Claims.BILLING_MODE)),
                            text(identity, Claims.SUBSCRIPTION_TIER),
                            text(identity, Claims.SUBSCRIPTION_STATUS),
                            identity.<Object>claim(Claims.OVERAGE_CAP_CENTS).map(Caller::cents),
                            identity.<Object>claim(Claims.REQUIRE_SHOPPER_EMAIL)
                                    .map(Caller::flag)
                                    .orElse(false)));
        } catch (IllegalArgumentException | ArithmeticException malformed) {
            throw new AuthenticationFailedException("The identity has a malformed claim", malformed);
        }
    }

    private static String required(JsonWebToken identity, String claim) {
        return text(identity, claim).orElseThrow(() -> new IllegalArgumentException(claim + " is missing"));
    }

    private static Optional<String> text(JsonWebToken identity, String claim) {
        return identity.<Object>claim(claim).map(value -> switch (value) {
            case String text -> text;
            case JsonString text -> text.getString();
            default -> throw new IllegalArgumentException(claim + " is not a text");
        });
    }

    private static Boolean flag(Object value) {
        return switch (value) {
            case Boolean plain -> plain;
            case JsonValue json when json == JsonValue.TRUE || json == JsonValue.FALSE -> json == JsonValue.TRUE;
            default -> throw new IllegalArgumentException(Claims.REQUIRE_SHOPPER_EMAIL + " is not true or false");
        };
    }

    /** A number of a token arrives as what its parser makes of it, so every kind of number is taken that is a whole one. */
    private static Integer cents(Object value) {
        BigDecimal number =
                switch (value) {
                    case Number plain -> new BigDecimal(plain.toString());
                    case JsonNumber json -> json.bigDecimalValue();
                    default -> throw new IllegalArgumentException(Claims.OVERAGE_CAP_CENTS + " is not a number");
                };
        int cents = number.intValueExact();
        if (cents <= 0) {
            throw new IllegalArgumentException(Claims.OVERAGE_CAP_CENTS + " is not more than 0");
        }
        return cents;
    }
}
