package dev.wearon.credits.properties;

import dev.wearon.credits.properties.Books.Bought;
import dev.wearon.credits.properties.Books.Order;
import dev.wearon.credits.properties.Books.Shopper;
import dev.wearon.credits.properties.Books.Standing;
import dev.wearon.credits.properties.Books.Wallet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * The ledger as one would explain it, without tables, locks or batches: what the real one is held against. A history lasts
 * seconds, so the model knows one month only.
 */
final class LedgerModel {

    static final String INVALID_ARGUMENT = "22023";

    private static final int COMPLETED_BY_A_GRANT = 100;

    private record Granted(int amount, String type) {}

    private record GrantKey(UUID store, String requestId) {}

    private final Books books = Books.empty();

    /** In the order in which they came. */
    private final List<Order> orders = new ArrayList<>();

    private final Map<GrantKey, Granted> grants = new HashMap<>();

    Books books() {
        return books.copy();
    }

    /** A step whose answer is an SQLSTATE leaves everything as it was. */
    String unlessRaised(Supplier<String> step) {
        Books before = books();
        String answer = step.get();
        if (answer.matches("[0-9W][0-9C][0-9]{3}")) {
            books.becomes(before);
        }
        return answer;
    }

    static String normal(String email) {
        return email.strip().toLowerCase(Locale.ROOT);
    }

    /**
     * @param named the issuer; null: then a time-ordered id is of the sessions of stores, any other nobody's
     * @param email the shopper who pays, null for the store's pool
     * @param overage null when an empty pool means no
     */
    String charge(UUID id, UUID store, String named, int amount, String email, Overage overage) {
        if (amount <= 0) {
            return INVALID_ARGUMENT;
        }
        if (email == null) {
            books.pools().putIfAbsent(store, Wallet.EMPTY);
        }
        String issuer = named == null && id.version() == 7 ? "b2b" : named;
        Standing known = books.charges().get(id);
        if (known != null) {
            if (!known.store().equals(store)) {
                return "foreign";
            }
            if (known.released()) {
                return "released";
            }
            if (!Objects.equals(known.issuer(), issuer)) {
                return "foreign";
            }
            return known.amount() != amount ? "other_amount" : "replayed";
        }
        if (email != null) {
            Shopper shopper = new Shopper(store, normal(email));
            Wallet wallet = books.shoppers().getOrDefault(shopper, Wallet.EMPTY);
            if (wallet.balance() < amount) {
                return "insufficient";
            }
            books.shoppers().put(shopper, wallet.pays(amount));
            return charged(id, new Standing(store, issuer, "shopper", shopper.email(), amount, 0, false));
        }
        Wallet pool = books.pools().get(store);
        if (pool.balance() >= amount) {
            books.pools().put(store, pool.pays(amount));
            return charged(id, new Standing(store, issuer, "pool", null, amount, 0, false));
        }
        if (overage == null) {
            return "insufficient";
        }
        int price = amount * overage.priceCents();
        if (books.owedCents().getOrDefault(store, 0) + price > overage.capCents()) {
            return "insufficient";
        }
        books.owedCents().merge(store, price, Integer::sum);
        return charged(id, new Standing(store, issuer, "overage", null, amount, price, false));
    }

    private String charged(UUID id, Standing standing) {
        books.charges().put(id, standing);
        return "charged";
    }

    /** @param amount null when the caller does not say how much it was */
    String release(UUID id, UUID store, Integer amount) {
        if (amount != null && amount <= 0) {
            return INVALID_ARGUMENT;
        }
        Standing known = books.charges().get(id);
        if (known == null) {
            books.charges().put(id, new Standing(store, null, null, null, 0, 0, true));
            return "never_charged";
        }
        if (!known.store().equals(store)) {
            return "foreign";
        }
        if (known.paidBy() == null) {
            return "never_charged";
        }
        if (amount != null && amount != known.amount()) {
            return "other_amount";
        }
        if (known.released()) {
            return "already_released";
        }
        switch (known.paidBy()) {
            case "pool" -> books.pools().computeIfPresent(store, (owner, wallet) -> wallet.pays(-known.amount()));
            case "shopper" ->
                books.shoppers()
                        .computeIfPresent(
                                new Shopper(store, known.email()), (owner, wallet) -> wallet.pays(-known.amount()));
            default -> books.owedCents().merge(store, -known.priceCents(), Integer::sum);
        }
        books.charges()
                .put(
                        id,
                        new Standing(
                                store,
                                known.issuer(),
                                known.paidBy(),
                                known.email(),
                                known.amount(),
                                known.priceCents(),
                                true));
        return "released";
    }

    /** Whether that shopper paid under that id, given back or not. */
    boolean wasPaidBy(UUID id, UUID store, String email) {
        Standing known = books.charges().get(id);
        return known != null && known.store().equals(store) && normal(email).equals(known.email());
    }

    String grant(UUID store, int amount, String type, String requestId) {
        if (amount <= 0) {
            return INVALID_ARGUMENT;
        }
        Wallet pool = books.pools().computeIfAbsent(store, opened -> Wallet.EMPTY);
        GrantKey key = new GrantKey(store, requestId);
        Granted grant = new Granted(amount, type);
        if (grants.containsKey(key)) {
            return grants.get(key).equals(grant) ? "replayed" : "key_reused";
        }
        if ((long) pool.purchased() + amount > Integer.MAX_VALUE) {
            return "wallet_full";
        }
        books.pools().put(store, pool.plus(amount));
        grants.put(key, grant);
        completePending(store, COMPLETED_BY_A_GRANT);
        return "granted";
    }

    String purchase(UUID store, String email, String orderId, int credits) {
        if (credits <= 0) {
            return INVALID_ARGUMENT;
        }
        books.pools().putIfAbsent(store, Wallet.EMPTY);
        Order order = new Order(store, orderId);
        Bought known = books.purchases().get(order);
        if (known != null) {
            boolean same = known.email().equals(normal(email)) && known.credits() == credits;
            return same ? "duplicate" : "key_reused";
        }
        Bought bought = new Bought(normal(email), credits, false);
        books.shoppers().putIfAbsent(new Shopper(store, bought.email()), Wallet.EMPTY);
        books.purchases().put(order, bought);
        orders.add(order);
        return complete(order, bought) ? "processed" : "pending";
    }

    /** Oldest first; who does not fit waits. Only those that fit alone at the beginning count against the limit. */
    int completePending(UUID store, int limit) {
        Wallet pool = books.pools().getOrDefault(store, Wallet.EMPTY);
        return (int) orders.stream()
                .filter(order -> order.store().equals(store))
                .filter(order -> !books.purchases().get(order).completed()
                        && books.purchases().get(order).credits() <= pool.balance())
                .limit(limit)
                .toList()
                .stream()
                .filter(order -> complete(order, books.purchases().get(order)))
                .count();
    }

    private boolean complete(Order order, Bought bought) {
        Wallet pool = books.pools().get(order.store());
        if (pool.balance() < bought.credits()) {
            return false;
        }
        books.pools().put(order.store(), pool.pays(bought.credits()));
        books.shoppers()
                .computeIfPresent(
                        new Shopper(order.store(), bought.email()), (owner, wallet) -> wallet.plus(bought.credits()));
        books.purchases().put(order, new Bought(bought.email(), bought.credits(), true));
        return true;
    }
}
