package dev.wearon.credits.properties;

import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.Tuple;

/** Makes random steps with few stores, shoppers and ids, so that repeats, conflicts and empty wallets are frequent. */
final class StepGenerators {

    static final List<UUID> STORES =
            IntStream.range(1, 3).mapToObj(n -> new UUID(0x8000L, n)).toList();

    private static final String ISSUER = "b2b";
    private static final List<String> SHOPPERS = List.of("ann@example.com", "bob@example.com");
    private static final List<String> REQUESTS = List.of("req-1", "req-2", "req-3");

    private StepGenerators() {}

    static Arbitrary<List<Step>> ofUpTo(int steps) {
        return step().list().ofMinSize(1).ofMaxSize(steps).withSizeDistribution(RandomDistribution.uniform());
    }

    static Arbitrary<List<Charge>> charges(int most) {
        // Half of the ids are in no history. All amounts are valid: an invalid one would fail the whole batch.
        return charge(Arbitraries.oneOf(knownKeys(), newKeys()), amounts())
                .list()
                .ofMinSize(1)
                .ofMaxSize(most)
                .withSizeDistribution(RandomDistribution.uniform());
    }

    static Arbitrary<List<Release>> releases(int most) {
        return release(Arbitraries.oneOf(knownKeys(), newKeys()), amounts())
                .list()
                .ofMinSize(1)
                .ofMaxSize(most)
                .withSizeDistribution(RandomDistribution.uniform());
    }

    private static Arbitrary<Step> step() {
        Arbitrary<Integer> amounts =
                Arbitraries.frequencyOf(Tuple.of(40, amounts()), Tuple.of(1, Arbitraries.of(0, -1)));
        return Arbitraries.frequencyOf(
                Tuple.of(14, charge(knownKeys(), amounts)),
                Tuple.of(4, release(knownKeys(), amounts)),
                Tuple.of(4, grant()),
                Tuple.of(4, purchase()),
                Tuple.of(1, completion()),
                Tuple.of(3, deduct(amounts)),
                Tuple.of(3, refund(amounts)),
                Tuple.of(1, add()));
    }

    private static Arbitrary<Charge> charge(Arbitrary<ChargeKey> keys, Arbitrary<Integer> amounts) {
        return Combinators.combine(keys(keys), amounts, payers(), overages(), dailyCaps(), requests(), descriptions())
                .as((key, amount, email, overage, dailyCap, requestId, description) -> new Charge(
                        key.id, key.store, key.issuer, amount, email, overage, dailyCap, requestId, description));
    }

    private static Arbitrary<Release> release(Arbitrary<ChargeKey> keys, Arbitrary<Integer> amounts) {
        return Combinators.combine(keys(keys), amounts.injectNull(0.7), requests(), descriptions())
                .as((key, amount, requestId, description) ->
                        new Release(key.id, key.store, amount, requestId, description));
    }

    private static Arbitrary<Grant> grant() {
        return Combinators.combine(stores(), granted(), types(), grantRequests())
                .as(Grant::new);
    }

    private static Arbitrary<RequestIdFunctions.Add> add() {
        return Combinators.combine(stores(), granted(), types(), grantRequests())
                .as(RequestIdFunctions.Add::new);
    }

    private static Arbitrary<Purchase> purchase() {
        Arbitrary<String> orders = Arbitraries.integers().between(1, 20).map(n -> "order-" + n);
        return Combinators.combine(stores(), shoppers(), orders, Arbitraries.of(2, 2, 4, 7))
                .as(Purchase::new);
    }

    private static Arbitrary<Purchase.Completion> completion() {
        return Combinators.combine(stores(), Arbitraries.of(1, 2, 100)).as(Purchase.Completion::new);
    }

    private static Arbitrary<RequestIdFunctions.Deduct> deduct(Arbitrary<Integer> amounts) {
        return Combinators.combine(stores(), payers(), amounts, requests()).as(RequestIdFunctions.Deduct::new);
    }

    private static Arbitrary<RequestIdFunctions.Refund> refund(Arbitrary<Integer> amounts) {
        return Combinators.combine(stores(), payers(), amounts, requests()).as(RequestIdFunctions.Refund::new);
    }

    private static Arbitrary<UUID> stores() {
        return Arbitraries.of(STORES);
    }

    /** A charge id with its usual store and issuer; sometimes with another store or issuer. */
    private record ChargeKey(UUID id, UUID store, String issuer) {}

    private static Arbitrary<ChargeKey> keys(Arbitrary<ChargeKey> expected) {
        return Combinators.combine(
                        expected,
                        Arbitraries.frequencyOf(Tuple.of(9, Arbitraries.just(null)), Tuple.of(1, stores())),
                        Arbitraries.frequencyOf(
                                Tuple.of(9, Arbitraries.just(false)), Tuple.of(1, Arbitraries.just(true))),
                        issuers())
                .as((key, otherStore, otherIssuer, issuer) -> new ChargeKey(
                        key.id, otherStore == null ? key.store : otherStore, otherIssuer ? issuer : key.issuer));
    }

    /** Returns the ids of a history. Some of them are derived from request ids. */
    private static Arbitrary<ChargeKey> knownKeys() {
        Stream<ChargeKey> made = IntStream.range(0, 14).mapToObj(StepGenerators::key);
        Stream<ChargeKey> derived = STORES.stream()
                .map(store -> new ChargeKey(RequestIdFunctions.chargeId(store, REQUESTS.getFirst()), store, null));
        return Arbitraries.of(Stream.concat(made, derived).toList());
    }

    private static Arbitrary<ChargeKey> newKeys() {
        return Arbitraries.of(
                IntStream.range(14, 50).mapToObj(StepGenerators::key).toList());
    }

    private static ChargeKey key(int number) {
        return new ChargeKey(new UUID(0x7000L, number), STORES.get(number % STORES.size()), ISSUER);
    }

    private static Arbitrary<String> issuers() {
        return Arbitraries.of(ISSUER, "b2c", null);
    }

    private static Arbitrary<Integer> amounts() {
        return Arbitraries.frequency(Tuple.of(9, 1), Tuple.of(2, 2), Tuple.of(1, 4));
    }

    private static Arbitrary<Integer> granted() {
        return Arbitraries.frequency(
                Tuple.of(12, 5), Tuple.of(12, 9), Tuple.of(12, 14), Tuple.of(1, 0), Tuple.of(1, Integer.MAX_VALUE));
    }

    private static Arbitrary<String> types() {
        return Arbitraries.of("purchase", "subscription");
    }

    private static Arbitrary<String> grantRequests() {
        return Arbitraries.integers().between(1, 30).map(n -> "grant-" + n);
    }

    /** Null stands for the pool. One shopper has two spellings; one address has no wallet. */
    private static Arbitrary<String> payers() {
        return Arbitraries.frequencyOf(
                Tuple.of(10, Arbitraries.just(null)),
                Tuple.of(6, shoppers()),
                Tuple.of(1, Arbitraries.just("no-wallet@example.com")));
    }

    private static Arbitrary<String> shoppers() {
        return Arbitraries.of(SHOPPERS.get(0), " Ann@Example.COM ", SHOPPERS.get(1));
    }

    private static Arbitrary<Overage> overages() {
        return Arbitraries.of(new Overage(5, 10), new Overage(5, 20), new Overage(7, 20))
                .injectNull(0.4);
    }

    private static Arbitrary<Integer> dailyCaps() {
        return Arbitraries.of(4, 9, 15).injectNull(0.5);
    }

    private static Arbitrary<String> requests() {
        return Arbitraries.of(REQUESTS);
    }

    private static Arbitrary<String> descriptions() {
        return Arbitraries.of("try-on", "for ann@example.com", null);
    }
}
