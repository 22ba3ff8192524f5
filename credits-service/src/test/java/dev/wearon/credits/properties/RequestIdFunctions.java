package dev.wearon.credits.properties;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.UUID;

/** The SQL functions that derive the charge id from store and request id. They return a boolean or nothing, or raise. */
final class RequestIdFunctions {

    private static final String NOTHING = "void";

    private RequestIdFunctions() {}

    /** @param email the shopper who pays; null for the store's pool */
    record Deduct(UUID store, String email, int amount, String requestId) implements Step {

        private static final String POOL = "SELECT credits.deduct_store_credits(?, ?, ?, 'try-on')";
        private static final String SHOPPER = "SELECT credits.deduct_store_shopper_credits(?, ?, ?, ?, 'try-on')";

        @Override
        public String applyTo(LedgerModel model) {
            return model.undoneIfRaised(
                    () -> switch (model.charge(chargeId(store, requestId), store, null, amount, email, null, null)) {
                        case "charged", "replayed" -> "t";
                        case "insufficient" -> "f";
                        case String refused -> raised(refused);
                    });
        }

        @Override
        public String execute(Connection connection) throws SQLException {
            return email == null
                    ? Step.query(connection, POOL, store, amount, requestId)
                    : Step.query(connection, SHOPPER, store, email, amount, requestId);
        }
    }

    /** @param email the shopper who paid according to the caller; null for the pool */
    record Refund(UUID store, String email, int amount, String requestId) implements Step {

        private static final String POOL = "SELECT credits.refund_store_credits(?, ?, ?, 'failed')";
        private static final String SHOPPER = "SELECT credits.refund_store_shopper_credits(?, ?, ?, ?, 'failed')";

        @Override
        public String applyTo(LedgerModel model) {
            UUID id = chargeId(store, requestId);
            return model.undoneIfRaised(() -> {
                boolean known = email == null || model.wasPaidByShopper(id, store, email);
                String outcome = known ? model.release(id, store, amount) : "never_charged";
                return outcome.equals("released") ? NOTHING : raised(outcome);
            });
        }

        @Override
        public String execute(Connection connection) throws SQLException {
            if (email == null) {
                Step.query(connection, POOL, store, amount, requestId);
            } else {
                Step.query(connection, SHOPPER, store, email, amount, requestId);
            }
            return NOTHING;
        }
    }

    record Add(UUID store, int amount, String type, String requestId) implements Step {

        private static final String ADD = "SELECT credits.add_store_credits(?, ?, ?, ?, 'added')";

        @Override
        public String applyTo(LedgerModel model) {
            return model.undoneIfRaised(() -> switch (model.grant(store, amount, type, requestId)) {
                case "granted", "replayed" -> NOTHING;
                case String refused -> raised(refused);
            });
        }

        @Override
        public String execute(Connection connection) throws SQLException {
            Step.query(connection, ADD, store, amount, type, requestId);
            return NOTHING;
        }
    }

    /** Computes the first half of the SHA-256 of both values, as a UUID of version 8. */
    static UUID chargeId(UUID store, String requestId) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest((store + ":" + requestId).getBytes(StandardCharsets.UTF_8));
            StringBuilder digits = new StringBuilder(HexFormat.of().formatHex(hash, 0, 16));
            digits.setCharAt(12, '8');
            digits.setCharAt(16, '8');
            return UUID.fromString(digits.insert(20, '-')
                    .insert(16, '-')
                    .insert(12, '-')
                    .insert(8, '-')
                    .toString());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String raised(String outcome) {
        return switch (outcome) {
            case "never_charged" -> "WC001";
            case "already_released" -> "WC002";
            case "foreign" -> "WC003";
            case "other_amount", "key_reused" -> "WC004";
            case "released" -> "WC005";
            case "wallet_full" -> "WC006";
            default -> outcome;
        };
    }
}
