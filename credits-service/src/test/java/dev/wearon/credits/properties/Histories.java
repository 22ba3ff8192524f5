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

/** Random steps in a world so small that they meet: repeats, strangers and empty wallets are the rule in it. */
final class Histories {

    static final List<UUID> STORES =
            IntStream.range(1, 3).mapToObj(n -> new UUID(0x8000L, n)).toList();

    private static final String ISSUER = "b2b";
    private static final List<String> SHOPPERS = List.of("ann@example.com", "bob@example.com");
    private static final List<String> REQUESTS = List.of("req-1", "req-2", "req-3");

    private Histories() {}

    static Arbitrary<List<Action>> ofUpTo(int steps) {
        return step().list().ofMinSize(1).ofMaxSize(steps).withSizeDistribution(RandomDistribution.uniform());
    }

    static Arbitrary<List<Charge>> charges(int most) {
        // Half of the ids are new to every history; no amount among them fails the whole batch.
        return charge(Arbitraries.oneOf(knownClaims(), newClaims()), amounts())
                .list()
                .ofMinSize(1)
                .ofMaxSize(most)
                .withSizeDistribution(RandomDistribution.uniform());
    }

    static Arbitrary<List<Release>> releases(int most) {
        return release(Arbitraries.oneOf(knownClaims(), newClaims()), amounts())
                .list()
                .ofMinSize(1)
                .ofMaxSize(most)
                .withSizeDistribution(RandomDistribution.uniform());
    }

    private static Arbitrary<Action> step() {
        Arbitrary<Integer> amounts =
                Arbitraries.frequencyOf(Tuple.of(40, amounts()), Tuple.of(1, Arbitraries.of(0, -1)));
        return Arbitraries.frequencyOf(
                Tuple.of(14, charge(knownClaims(), amounts)),
                Tuple.of(4, release(knownClaims(), amounts)),
                Tuple.of(4, grant()),
                Tuple.of(4, purchase()),
                Tuple.of(1, completion()),
                Tuple.of(3, deduct(amounts)),
                Tuple.of(3, refund(amounts)),
                Tuple.of(1, add()));
    }

    private static Arbitrary<Charge> charge(Arbitrary<Claim> claims, Arbitrary<Integer> amounts) {
        return Combinators.combine(claims(claims), amounts, payers(), overages(), requests(), descriptions())
                .as((claim, amount, email, overage, requestId, description) -> new Charge(
                        claim.id, claim.store, claim.issuer, amount, email, overage, requestId, description));
    }

    private static Arbitrary<Release> release(Arbitrary<Claim> claims, Arbitrary<Integer> amounts) {
        return Combinators.combine(claims(claims), amounts.injectNull(0.7), requests(), descriptions())
                .as((claim, amount, requestId, description) ->
                        new Release(claim.id, claim.store, amount, requestId, description));
    }

    private static Arbitrary<Grant> grant() {
        return Combinators.combine(stores(), granted(), types(), grantRequests())
                .as(Grant::new);
    }

    private static Arbitrary<Seeds.Add> add() {
        return Combinators.combine(stores(), granted(), types(), grantRequests())
                .as(Seeds.Add::new);
    }

    private static Arbitrary<Purchase> purchase() {
        Arbitrary<String> orders = Arbitraries.integers().between(1, 20).map(n -> "order-" + n);
        return Combinators.combine(stores(), shoppers(), orders, Arbitraries.of(2, 2, 4, 7))
                .as(Purchase::new);
    }

    private static Arbitrary<Purchase.Completion> completion() {
        return Combinators.combine(stores(), Arbitraries.of(1, 2, 100)).as(Purchase.Completion::new);
    }

    private static Arbitrary<Seeds.Deduct> deduct(Arbitrary<Integer> amounts) {
        return Combinators.combine(stores(), payers(), amounts, requests()).as(Seeds.Deduct::new);
    }

    private static Arbitrary<Seeds.Refund> refund(Arbitrary<Integer> amounts) {
        return Combinators.combine(stores(), payers(), amounts, requests()).as(Seeds.Refund::new);
    }

    private static Arbitrary<UUID> stores() {
        return Arbitraries.of(STORES);
    }

    /** An id and who comes with it: mostly the store and issuer that everybody comes with, now and then others. */
    private record Claim(UUID id, UUID store, String issuer) {}

    private static Arbitrary<Claim> claims(Arbitrary<Claim> ofTheirStores) {
        return Combinators.combine(
                        ofTheirStores,
                        Arbitraries.frequencyOf(Tuple.of(9, Arbitraries.just(null)), Tuple.of(1, stores())),
                        Arbitraries.frequencyOf(
                                Tuple.of(9, Arbitraries.just(false)), Tuple.of(1, Arbitraries.just(true))),
                        issuers())
                .as((claim, other, byAnother, issuer) ->
                        new Claim(claim.id, other == null ? claim.store : other, byAnother ? issuer : claim.issuer));
    }

    /** What a history charges and gives back, some of it under the ids of the seeds' requests. */
    private static Arbitrary<Claim> knownClaims() {
        Stream<Claim> made = IntStream.range(0, 14).mapToObj(Histories::claim);
        Stream<Claim> derived =
                STORES.stream().map(store -> new Claim(Seeds.chargeId(store, REQUESTS.getFirst()), store, null));
        return Arbitraries.of(Stream.concat(made, derived).toList());
    }

    private static Arbitrary<Claim> newClaims() {
        return Arbitraries.of(IntStream.range(14, 50).mapToObj(Histories::claim).toList());
    }

    private static Claim claim(int number) {
        return new Claim(new UUID(0x7000L, number), STORES.get(number % STORES.size()), ISSUER);
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

    /** Null: the pool. One shopper is spelled in two ways, one never bought anything. */
    private static Arbitrary<String> payers() {
        return Arbitraries.frequencyOf(
                Tuple.of(10, Arbitraries.just(null)),
                Tuple.of(6, shoppers()),
                Tuple.of(1, Arbitraries.just("nobody@example.com")));
    }

    private static Arbitrary<String> shoppers() {
        return Arbitraries.of(SHOPPERS.get(0), " Ann@Example.COM ", SHOPPERS.get(1));
    }

    private static Arbitrary<Overage> overages() {
        return Arbitraries.of(new Overage(5, 10), new Overage(5, 20), new Overage(7, 20))
                .injectNull(0.4);
    }

    private static Arbitrary<String> requests() {
        return Arbitraries.of(REQUESTS);
    }

    private static Arbitrary<String> descriptions() {
        return Arbitraries.of("try-on", "for ann@example.com", null);
    }
}
