package dev.wearon.gateway.orders;

import dev.wearon.gateway.incoming.Handled;
import dev.wearon.gateway.orders.Ids.UnreadableOrder;
import dev.wearon.gateway.orders.Sweeps.Sweep;
import dev.wearon.gateway.shopify.AdminApi;
import dev.wearon.gateway.shopify.AdminApi.OrderPage;
import dev.wearon.gateway.shopify.Failure;
import dev.wearon.gateway.shopify.Failure.Reason;
import dev.wearon.gateway.shopify.Outcome;
import dev.wearon.gateway.shopify.ShopifyApp;
import dev.wearon.gateway.stores.CreditShop;
import dev.wearon.gateway.stores.ShopConnections;
import dev.wearon.jobs.RecurringJob;
import dev.wearon.timing.Timers;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Reads the orders again that changed in the last hour, because webhooks get lost. One process sweeps a shop at a time. A round reads some
 * pages; a sweep that is longer, throttled or interrupted goes on after its last page.
 */
@ApplicationScoped
class OrderSweep implements RecurringJob {

    private static final Logger LOG = Logger.getLogger(OrderSweep.class);
    private static final int SHOPS_AT_ONCE = 2;
    private static final int SHOPS_PER_QUERY = 500;
    private static final int PAGES_PER_ROUND = 10;

    /** Shorter than the lease. What is left of a page then is read again in the next round. */
    private static final Duration LONGEST_PAGE = Duration.ofMinutes(4);

    private static final UUID FIRST = new UUID(0, 0);

    private static final Handled MISSED = new Handled.Later("an error in the gateway");

    /** Shopify refuses to tell this order, and may tell the others. */
    private static final Handled REFUSED = OrderReader.notTold(Reason.REFUSED);

    private final ShopConnections shops;
    private final Sweeps sweeps;
    private final AdminApi shopify;
    private final OrderReader reader;
    private final ShopifyApp app;
    private final OrdersConfig config;

    OrderSweep(
            ShopConnections shops,
            Sweeps sweeps,
            AdminApi shopify,
            OrderReader reader,
            ShopifyApp app,
            OrdersConfig config) {
        this.shops = shops;
        this.sweeps = sweeps;
        this.shopify = shopify;
        this.reader = reader;
        this.app = app;
        this.config = config;
    }

    @Override
    public String name() {
        return "order-sweep";
    }

    @Override
    public Optional<Duration> every() {
        return app.isOff() ? Optional.empty() : config.every();
    }

    /** @return how many sweeps came to their end */
    @Override
    public Uni<Integer> runOnce() {
        return from(FIRST);
    }

    private Uni<Integer> from(UUID after) {
        return shops.connectedCreditShops(after, SHOPS_PER_QUERY)
                .chain(some -> some.isEmpty()
                        ? Uni.createFrom().item(0)
                        : sweep(some)
                                .chain(ended -> some.size() < SHOPS_PER_QUERY
                                        ? Uni.createFrom().item(ended)
                                        : from(some.getLast().storeId()).map(more -> ended + more)));
    }

    private Uni<Integer> sweep(List<CreditShop> some) {
        return sweeps.due(some)
                .onItem()
                .transformToMulti(due -> Multi.createFrom()
                        .iterable(some.stream()
                                .filter(shop -> due.contains(shop.storeId()))
                                .toList()))
                .onItem()
                .transformToUni(shop -> sweep(shop).onFailure().recoverWithItem(fault -> {
                    // Its lease ends by itself. The other shops are swept all the same.
                    LOG.warnf("The orders of store %s are read later: %s", shop.storeId(), fault);
                    return false;
                }))
                .merge(SHOPS_AT_ONCE)
                .collect()
                .with(Collectors.summingInt(ended -> ended ? 1 : 0));
    }

    /** @return whether the sweep came to its end */
    Uni<Boolean> sweep(CreditShop shop) {
        return sweeps.take(shop).chain(taken -> taken.map(sweep -> pages(shop, sweep, sweep.cursor(), PAGES_PER_ROUND))
                .orElseGet(() -> Uni.createFrom().item(false)));
    }

    private Uni<Boolean> pages(CreditShop shop, Sweep sweep, Optional<String> cursor, int most) {
        if (most == 0) {
            return sweeps.pause(sweep, false).replaceWith(false);
        }
        return shopify.orders(shop.storeId(), sweep.since(), cursor).chain(outcome -> switch (outcome) {
            case Outcome.Failed<OrderPage>(Failure failure) ->
                sweeps.pause(sweep, cursor.isPresent() && failure.reason() == Reason.REFUSED)
                        .replaceWith(false);
            case Outcome.Done<OrderPage>(OrderPage page) ->
                Timers.within(LONGEST_PAGE, read(shop, page)).chain(handled -> {
                    if (handled.size() < page.orderIds().size()) {
                        return sweeps.pause(sweep, false).replaceWith(false);
                    }
                    boolean missed = handled.contains(MISSED);
                    return page.next()
                            .map(next -> sweeps.pageDone(sweep, next, missed)
                                    .chain(ours -> ours
                                            ? pages(shop, sweep, Optional.of(next), most - 1)
                                            : Uni.createFrom().item(false)))
                            .orElseGet(() -> sweeps.done(sweep, config.sweepEvery(), missed));
                });
        });
    }

    /**
     * Reads the orders one after the other, because calls of a shop share its points.
     *
     * @return what became of each; less than all if Shopify did not tell one of them
     */
    private Uni<List<Handled>> read(CreditShop shop, OrderPage page) {
        return Multi.createFrom()
                .iterable(page.orderIds())
                .onItem()
                .transformToUniAndConcatenate(id -> read(shop, id))
                .select()
                .first(handled -> !isShopifyAway(handled))
                .collect()
                .asList();
    }

    /** One that fails does not keep the others from being read. */
    private Uni<Handled> read(CreditShop shop, String orderId) {
        return reader.record(shop, orderId)
                .map(handled -> handled.equals(REFUSED) ? MISSED : handled)
                .onFailure(UnreadableOrder.class)
                .recoverWithItem(unreadable -> {
                    LOG.warnf(
                            "Order %s of store %s is unreadable: %s", orderId, shop.storeId(), unreadable.getMessage());
                    return new Handled.Ignored("unreadable");
                })
                .onFailure()
                .recoverWithItem(fault -> {
                    LOG.errorf(
                            "Order %s of store %s was not stored. The next sweep reads it again: %s",
                            orderId, shop.storeId(), fault);
                    return MISSED;
                });
    }

    /** What the ledger has not answered is due in its own time. */
    private static boolean isShopifyAway(Handled handled) {
        return handled instanceof Handled.Later(String reason) && reason.startsWith(OrderReader.NOT_TOLD);
    }
}
