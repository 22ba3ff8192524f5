package dev.wearon.gateway.orders;

import dev.wearon.gateway.incoming.Handled;
import dev.wearon.gateway.stores.ShopConnections;
import dev.wearon.jobs.RecurringJob;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** Tells the ledger what it was not told, because it did not answer or a process died. */
@ApplicationScoped
class DueOrders implements RecurringJob {

    private static final Logger LOG = Logger.getLogger(DueOrders.class);

    /** After this many the round ends; the next one continues. */
    private static final int MOST_PER_ROUND = 200;

    private static final int AT_ONCE = 4;

    private final Orders orders;
    private final Settlement settlement;
    private final ShopConnections shops;
    private final OrdersConfig config;

    DueOrders(Orders orders, Settlement settlement, ShopConnections shops, OrdersConfig config) {
        this.orders = orders;
        this.settlement = settlement;
        this.shops = shops;
        this.config = config;
    }

    @Override
    public String name() {
        return "due-orders";
    }

    @Override
    public Optional<Duration> every() {
        return config.every();
    }

    /** @return how many the ledger has confirmed */
    @Override
    public Uni<Integer> runOnce() {
        return orders.takeDue(MOST_PER_ROUND)
                .onItem()
                .transformToMulti(Multi.createFrom()::iterable)
                .onItem()
                .transformToUni(this::settle)
                .merge(AT_ONCE)
                .collect()
                .with(Collectors.summingInt(done -> done ? 1 : 0));
    }

    /** One that fails does not keep the others from being told. */
    private Uni<Boolean> settle(Orders.Due due) {
        return Uni.combine()
                .all()
                .unis(shops.creditShop(due.storeId()), orders.find(due.storeId(), due.orderId()))
                .asTuple()
                .chain(both -> both.getItem1().isPresent() && both.getItem2().isPresent()
                        ? settlement.settle(
                                both.getItem1().get(), both.getItem2().get())
                        : Uni.createFrom().item(new Handled.Ignored("the store is gone")))
                .call(handled ->
                        handled instanceof Handled.Later ? Uni.createFrom().voidItem() : orders.notDue(due))
                .map(handled -> handled instanceof Handled.Done)
                .onFailure()
                .recoverWithUni(fault -> {
                    LOG.warnf("Order %s of store %s is told later: %s", due.orderId(), due.storeId(), fault);
                    return orders.unanswered(due.storeId(), due.orderId(), "an error in the gateway")
                            .replaceWith(false);
                });
    }
}
