package dev.wearon.gateway.orders;

import dev.wearon.gateway.purchases.PurchaseFacts;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The rules of the ledger, as ADR 85 has them, for the wallets of one store. The pool is large enough. The tests of credits-service check
 * that its SQL follows these rules.
 */
final class LedgerModel {

    static final int POOL = 1_000;

    static final class Purchase {
        final String orderId;
        final int credits;
        String shopper;
        int returned;
        int withheld;
        int clawedBack;
        boolean granted;
        boolean ended;
        int unspent;

        private Purchase(String orderId, int credits) {
            this.orderId = orderId;
            this.credits = credits;
        }

        int shortfall() {
            return granted ? returned - withheld - clawedBack : 0;
        }

        int granted() {
            return granted ? credits - withheld : 0;
        }

        String status() {
            return granted ? "completed" : ended ? "returned" : "unclaimed";
        }
    }

    private final Map<String, Purchase> purchases = new LinkedHashMap<>();
    private final Map<Integer, Map<Purchase, Integer>> charges = new HashMap<>();
    private int pool = POOL;
    private int spent;
    private int grants;

    /** @throws IllegalStateException where the ledger would refuse */
    synchronized Purchase record(PurchaseFacts facts) {
        String shopper =
                Optional.ofNullable(facts.shopperRef()).map(ref -> "ref:" + ref).orElse(facts.shopperEmail());
        Purchase known = purchases.computeIfAbsent(facts.orderId(), id -> new Purchase(id, facts.credits()));
        if (known.credits != facts.credits()
                || known.shopper != null && shopper != null && !known.shopper.equals(shopper)
                || facts.returned() > facts.credits()) {
            throw new IllegalStateException("IDEMPOTENCY_KEY_REUSED: " + facts);
        }
        known.returned = Math.max(known.returned, facts.returned());
        if (!known.granted && !known.ended) {
            known.shopper = known.shopper == null ? shopper : known.shopper;
            if (known.returned == known.credits) {
                known.ended = true;
            } else if (known.shopper != null) {
                known.granted = true;
                grants++;
                known.withheld = known.returned;
                known.unspent = known.credits - known.withheld;
                pool -= known.unspent;
            }
        }
        settle();
        return known;
    }

    private void settle() {
        for (Purchase purchase : purchases.values()) {
            int clawed = Math.min(purchase.shortfall(), purchase.unspent);
            purchase.clawedBack += clawed;
            purchase.unspent -= clawed;
            pool += clawed;
        }
    }

    /** @return whether the wallet had enough */
    synchronized boolean charge(int id, String shopper, int credits) {
        if (balance(shopper) < credits) {
            return false;
        }
        Map<Purchase, Integer> taken = new LinkedHashMap<>();
        int left = credits;
        for (Purchase lot : lots(shopper)) {
            int part = Math.min(left, lot.unspent);
            lot.unspent -= part;
            left -= part;
            taken.put(lot, part);
        }
        spent += credits;
        charges.put(id, taken);
        return true;
    }

    /** A try-on failed or was cancelled. */
    synchronized void release(int id) {
        Map<Purchase, Integer> taken = charges.remove(id);
        if (taken != null) {
            taken.forEach((lot, part) -> {
                lot.unspent += part;
                spent -= part;
            });
            settle();
        }
    }

    synchronized int balance(String shopper) {
        return lots(shopper).stream().mapToInt(lot -> lot.unspent).sum();
    }

    private List<Purchase> lots(String shopper) {
        return purchases.values().stream()
                .filter(lot -> lot.granted && lot.shopper.equals(shopper))
                .toList();
    }

    synchronized Optional<Purchase> purchase(String orderId) {
        return Optional.ofNullable(purchases.get(orderId));
    }

    synchronized int grants() {
        return grants;
    }

    /** Credits are neither made nor lost, and nothing is below zero. */
    synchronized boolean addsUp() {
        int wallets = purchases.values().stream().mapToInt(lot -> lot.unspent).sum();
        return pool + wallets + spent == POOL
                && purchases.values().stream()
                        .allMatch(lot ->
                                lot.unspent >= 0 && lot.shortfall() >= 0 && (lot.shortfall() == 0 || lot.unspent == 0));
    }
}
