package dev.wearon.gateway.orders;

import java.util.Optional;
import java.util.OptionalInt;

/** What the facts of an order mean for the ledger. */
sealed interface Decision {

    /** @param why for the operator */
    record Nothing(String why) implements Decision {}

    /** Nobody knows the shopper yet. */
    record Unclaimed(int credits, int returned) implements Decision {}

    record Credits(int credits, int returned, Shopper shopper) implements Decision {}

    /**
     * Whom credits belong to.
     *
     * @param email with a reference only if both were verified to be of one shopper
     */
    record Shopper(Optional<String> ref, Optional<String> email) {

        public Shopper {
            if (ref.isEmpty() && email.isEmpty()) {
                throw new IllegalArgumentException("A shopper has a reference or an address");
            }
        }

        /** @param name as the principal of a shopper has it: an address, or {@code ref:} and a reference */
        static Shopper named(String name) {
            return name.startsWith("ref:")
                    ? new Shopper(Optional.of(name.substring("ref:".length())), Optional.empty())
                    : new Shopper(Optional.empty(), Optional.of(name));
        }

        /** The opposite of {@link #named}. */
        String name() {
            return ref.map(reference -> "ref:" + reference).or(() -> email).orElseThrow();
        }

        @Override
        public String toString() {
            return "Shopper[]";
        }
    }

    /**
     * @param testStore whether test orders count
     * @param bought what an earlier decision has fixed; empty for the first one
     * @param shopper whom the first grant has fixed, or who is known now
     */
    static Decision of(OrderFacts facts, boolean testStore, OptionalInt bought, Optional<Shopper> shopper) {
        int remaining = facts.remaining();
        if (bought.isPresent()) {
            int credits = bought.getAsInt();
            return decided(credits, credits - Math.min(credits, remaining), shopper);
        } else if (facts.test() && !testStore) {
            return new Nothing("a test order, and the store is no test store");
        } else if (facts.cancelled()) {
            return new Nothing("cancelled before it was granted");
        } else if (!facts.paid()) {
            return new Nothing("not paid in full");
        } else if (remaining == 0) {
            return new Nothing("nothing is left of what was ordered");
        }
        return decided(remaining, 0, shopper);
    }

    private static Decision decided(int credits, int returned, Optional<Shopper> shopper) {
        return shopper.<Decision>map(known -> new Credits(credits, returned, known))
                .orElseGet(() -> new Unclaimed(credits, returned));
    }
}
