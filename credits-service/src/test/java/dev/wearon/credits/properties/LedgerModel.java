package dev.wearon.credits.properties;

import dev.wearon.credits.properties.LedgerState.ChargeState;
import dev.wearon.credits.properties.LedgerState.Order;
import dev.wearon.credits.properties.LedgerState.PurchaseState;
import dev.wearon.credits.properties.LedgerState.Shopper;
import dev.wearon.credits.properties.LedgerState.Wallet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * A model of the ledger in memory, without locks or batches. The tests compare the answers and tables of the database with
 * it. It has one day and one overage month only, because a test lasts seconds.
 */
final class LedgerModel {

    static final String INVALID_ARGUMENT = "22023";

    private static final int MAX_COMPLETED_BY_A_GRANT = 100;

    private record Granted(int amount, String type) {}

    private record GrantKey(UUID store, String requestId) {}

    private final LedgerState state = LedgerState.empty();

    /** The orders in order of arrival. */
    private final List<Order> orders = new ArrayList<>();

    private final Map<GrantKey, Granted> grants = new HashMap<>();

    LedgerState state() {
        return state.copy();
    }

    /** Runs a step. Restores the state if the answer is an SQLSTATE. */
    String undoneIfRaised(Supplier<String> step) {
        LedgerState before = state();
        String answer = step.get();
        if (answer.matches("[0-9W][0-9C][0-9]{3}")) {
            state.restore(before);
        }
        return answer;
    }

    static String normal(String email) {
        return email.strip().toLowerCase(Locale.ROOT);
    }

    /**
     * @param named the issuer in the request; null stands for b2b if the id is time-ordered, otherwise for no issuer
     * @param email the shopper who pays, null for the store's pool
     * @param overage null if a pool that is too small refuses the charge
     * @param dailyCap null if the store may spend any number of credits
     */
    String charge(UUID id, UUID store, String named, int amount, String email, Overage overage, Integer dailyCap) {
        if (amount <= 0) {
            return INVALID_ARGUMENT;
        }
        if (email == null) {
            state.pools().putIfAbsent(store, Wallet.EMPTY);
        }
        String issuer = named == null && id.version() == 7 ? "b2b" : named;
        ChargeState known = state.charges().get(id);
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
        if (dailyCap != null && spentBy(store) + amount > dailyCap) {
            return "daily_cap_reached";
        }
        if (email != null) {
            Shopper shopper = new Shopper(store, normal(email));
            Wallet wallet = state.shoppers().getOrDefault(shopper, Wallet.EMPTY);
            if (wallet.balance() < amount) {
                return "insufficient";
            }
            state.shoppers().put(shopper, wallet.pays(amount));
            return charged(id, new ChargeState(store, issuer, "shopper", shopper.email(), amount, 0, false));
        }
        Wallet pool = state.pools().get(store);
        if (pool.balance() >= amount) {
            state.pools().put(store, pool.pays(amount));
            return charged(id, new ChargeState(store, issuer, "pool", null, amount, 0, false));
        }
        if (overage == null) {
            return "insufficient";
        }
        int price = amount * overage.priceCents();
        if (state.owedCents().getOrDefault(store, 0) + price > overage.capCents()) {
            return "insufficient";
        }
        state.owedCents().merge(store, price, Integer::sum);
        return charged(id, new ChargeState(store, issuer, "overage", null, amount, price, false));
    }

    private int spentBy(UUID store) {
        return state.charges().values().stream()
                .filter(charge -> charge.store().equals(store) && !charge.released())
                .mapToInt(ChargeState::amount)
                .sum();
    }

    private String charged(UUID id, ChargeState charge) {
        state.charges().put(id, charge);
        return "charged";
    }

    /** @param amount the charged amount that the caller expects; null for any */
    String release(UUID id, UUID store, Integer amount) {
        if (amount != null && amount <= 0) {
            return INVALID_ARGUMENT;
        }
        ChargeState known = state.charges().get(id);
        if (known == null) {
            state.charges().put(id, new ChargeState(store, null, null, null, 0, 0, true));
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
            case "pool" -> state.pools().computeIfPresent(store, (owner, wallet) -> wallet.pays(-known.amount()));
            case "shopper" ->
                state.shoppers()
                        .computeIfPresent(
                                new Shopper(store, known.email()), (owner, wallet) -> wallet.pays(-known.amount()));
            default -> state.owedCents().merge(store, -known.priceCents(), Integer::sum);
        }
        state.charges()
                .put(
                        id,
                        new ChargeState(
                                store,
                                known.issuer(),
                                known.paidBy(),
                                known.email(),
                                known.amount(),
                                known.priceCents(),
                                true));
        return "released";
    }

    /** Whether this shopper paid the charge, released or not. */
    boolean wasPaidByShopper(UUID id, UUID store, String email) {
        ChargeState known = state.charges().get(id);
        return known != null && known.store().equals(store) && normal(email).equals(known.email());
    }

    String grant(UUID store, int amount, String type, String requestId) {
        if (amount <= 0) {
            return INVALID_ARGUMENT;
        }
        Wallet pool = state.pools().computeIfAbsent(store, opened -> Wallet.EMPTY);
        GrantKey key = new GrantKey(store, requestId);
        Granted grant = new Granted(amount, type);
        if (grants.containsKey(key)) {
            return grants.get(key).equals(grant) ? "replayed" : "key_reused";
        }
        if ((long) pool.purchased() + amount > Integer.MAX_VALUE) {
            return "wallet_full";
        }
        state.pools().put(store, pool.plus(amount));
        grants.put(key, grant);
        completePending(store, MAX_COMPLETED_BY_A_GRANT);
        return "granted";
    }

    String purchase(UUID store, String email, String orderId, int credits) {
        if (credits <= 0) {
            return INVALID_ARGUMENT;
        }
        state.pools().putIfAbsent(store, Wallet.EMPTY);
        Order order = new Order(store, orderId);
        PurchaseState known = state.purchases().get(order);
        if (known != null) {
            boolean same = known.email().equals(normal(email)) && known.credits() == credits;
            return same ? "duplicate" : "key_reused";
        }
        PurchaseState bought = new PurchaseState(normal(email), credits, false);
        state.shoppers().putIfAbsent(new Shopper(store, bought.email()), Wallet.EMPTY);
        state.purchases().put(order, bought);
        orders.add(order);
        return complete(order, bought) ? "processed" : "pending";
    }

    /**
     * Considers at most {@code limit} pending purchases, each not larger than the pool before this call. Completes the
     * oldest first, and skips those that are larger than the rest of the pool.
     */
    int completePending(UUID store, int limit) {
        Wallet pool = state.pools().getOrDefault(store, Wallet.EMPTY);
        return (int) orders.stream()
                .filter(order -> order.store().equals(store))
                .filter(order -> !state.purchases().get(order).completed()
                        && state.purchases().get(order).credits() <= pool.balance())
                .limit(limit)
                .toList()
                .stream()
                .filter(order -> complete(order, state.purchases().get(order)))
                .count();
    }

    private boolean complete(Order order, PurchaseState bought) {
        Wallet pool = state.pools().get(order.store());
        if (pool.balance() < bought.credits()) {
            return false;
        }
        state.pools().put(order.store(), pool.pays(bought.credits()));
        state.shoppers()
                .computeIfPresent(
                        new Shopper(order.store(), bought.email()), (owner, wallet) -> wallet.plus(bought.credits()));
        state.purchases().put(order, new PurchaseState(bought.email(), bought.credits(), true));
        return true;
    }
}
