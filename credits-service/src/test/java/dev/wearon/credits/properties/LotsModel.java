package dev.wearon.credits.properties;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;

/**
 * A model of one store in memory that keeps lots: each purchase fills one, charges take from the oldest, releases put back where
 * they took, and clawbacks take from the lot of their purchase. The ledger stores no lots; it computes them from its movements.
 */
final class LotsModel {

    /** What the tables have of an order. */
    record OrderState(String shopper, String status, int credits, int returned, int withheld, int clawedBack) {

        int shortfall() {
            return status.equals("completed") ? returned - withheld - clawedBack : 0;
        }
    }

    /** A clawback by a release names its charge; the charge of another is null. */
    record Cause(UUID charge, String order) {}

    private static final class Lot {
        private final String order;
        private int unspent;

        private Lot(String order, int unspent) {
            this.order = order;
            this.unspent = unspent;
        }
    }

    private record Part(Lot lot, int credits) {}

    private record Taken(String shopper, List<Part> parts, boolean released) {}

    private final Map<String, OrderState> orders = new LinkedHashMap<>();
    private final Map<String, List<Lot>> wallets = new TreeMap<>();
    private final Map<UUID, Taken> charges = new HashMap<>();
    private final Map<Cause, Integer> clawbacks = new HashMap<>();
    private final Map<String, Integer> grants = new HashMap<>();
    private int pool;

    int pool() {
        return pool;
    }

    Map<String, OrderState> orders() {
        return Map.copyOf(orders);
    }

    Map<Cause, Integer> clawbacks() {
        return clawbacks;
    }

    /** The lots of all wallets by their order: what is unspent. */
    Map<String, Integer> unspent() {
        Map<String, Integer> unspent = new HashMap<>();
        wallets.values().forEach(lots -> lots.forEach(lot -> unspent.put(lot.order, lot.unspent)));
        return unspent;
    }

    Map<String, Integer> balances() {
        Map<String, Integer> balances = new TreeMap<>();
        wallets.forEach((shopper, lots) ->
                balances.put(shopper, lots.stream().mapToInt(lot -> lot.unspent).sum()));
        return balances;
    }

    String grant(String requestId, int credits) {
        if (grants.putIfAbsent(requestId, credits) != null) {
            return "replayed";
        }
        pool += credits;
        completePending();
        return "granted";
    }

    int completePending() {
        int before = pool;
        return (int) orders.keySet().stream()
                .filter(order -> orders.get(order).status().equals("pending") && missing(order) <= before)
                .toList()
                .stream()
                .filter(this::complete)
                .count();
    }

    private int missing(String order) {
        return orders.get(order).credits() - orders.get(order).returned();
    }

    private boolean complete(String order) {
        OrderState bought = orders.get(order);
        if (missing(order) > pool) {
            return false;
        }
        pool -= missing(order);
        wallets.get(bought.shopper()).add(new Lot(order, missing(order)));
        orders.put(
                order,
                new OrderState(
                        bought.shopper(), "completed", bought.credits(), bought.returned(), bought.returned(), 0));
        return true;
    }

    /** @param shopper null: not known to this call */
    String record(String order, String shopper, int credits, int returned) {
        OrderState known = orders.get(order);
        if (known != null
                && (known.credits() != credits
                        || shopper != null
                                && known.shopper() != null
                                && !known.shopper().equals(shopper))) {
            return "key_reused";
        }
        if (known != null && known.status().equals("returned")) {
            return "duplicate";
        }
        String of = known == null || known.shopper() == null ? shopper : known.shopper();
        int total = known == null ? returned : Math.max(known.returned(), returned);
        String status = known != null && known.status().equals("completed")
                ? "completed"
                : total == credits ? "returned" : of == null ? "unclaimed" : "pending";
        if (of != null) {
            wallets.putIfAbsent(of, new ArrayList<>());
        }
        orders.put(
                order,
                new OrderState(
                        of,
                        status,
                        credits,
                        total,
                        known == null ? 0 : known.withheld(),
                        known == null ? 0 : known.clawedBack()));
        if (known != null && known.status().equals(status) && known.returned() == total) {
            return "duplicate";
        }
        if (status.equals("pending") && complete(order)) {
            return "processed";
        }
        if (status.equals("completed")) {
            settle(of, null);
        }
        return known != null && known.status().equals(status) ? "returned" : status;
    }

    private void settle(String shopper, UUID charge) {
        for (Lot lot : wallets.get(shopper)) {
            OrderState bought = orders.get(lot.order);
            int credits = Math.min(bought.shortfall(), lot.unspent);
            if (credits > 0) {
                lot.unspent -= credits;
                pool += credits;
                clawbacks.merge(new Cause(charge, lot.order), credits, Integer::sum);
                orders.put(
                        lot.order,
                        new OrderState(
                                bought.shopper(),
                                bought.status(),
                                bought.credits(),
                                bought.returned(),
                                bought.withheld(),
                                bought.clawedBack() + credits));
            }
        }
    }

    String charge(UUID id, String shopper, int credits) {
        Taken known = charges.get(id);
        if (known != null) {
            return known.released() ? "released" : "replayed";
        }
        if (balances().getOrDefault(shopper, 0) < credits) {
            return "insufficient";
        }
        List<Part> parts = new ArrayList<>();
        int wanted = credits;
        for (Lot lot : wallets.get(shopper)) {
            int taken = Math.min(wanted, lot.unspent);
            if (taken > 0) {
                lot.unspent -= taken;
                wanted -= taken;
                parts.add(new Part(lot, taken));
            }
        }
        charges.put(id, new Taken(shopper, parts, false));
        return "charged";
    }

    String release(UUID id) {
        Taken known = charges.get(id);
        if (known == null || known.shopper() == null) {
            charges.put(id, new Taken(null, List.of(), true));
            return "never_charged";
        }
        if (known.released()) {
            return "already_released";
        }
        known.parts().forEach(part -> part.lot().unspent += part.credits());
        charges.put(id, new Taken(known.shopper(), known.parts(), true));
        settle(Objects.requireNonNull(known.shopper()), id);
        return "released";
    }
}
