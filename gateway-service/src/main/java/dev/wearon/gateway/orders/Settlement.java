package dev.wearon.gateway.orders;

import dev.wearon.gateway.incoming.Handled;
import dev.wearon.gateway.orders.Orders.Call;
import dev.wearon.gateway.orders.Orders.Fixed;
import dev.wearon.gateway.purchases.Purchases;
import dev.wearon.gateway.purchases.Recorded;
import dev.wearon.gateway.shopify.AdminApi;
import dev.wearon.gateway.shopify.Failure;
import dev.wearon.gateway.shopify.Outcome;
import dev.wearon.gateway.stores.CreditShop;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Brings an order into the ledger: facts, decision, call, answer. Every step may be repeated, and the process may die after each. */
@ApplicationScoped
class Settlement {

    private static final Logger LOG = Logger.getLogger(Settlement.class);
    private static final Handled DONE = new Handled.Done();

    private final Orders orders;
    private final AdminApi shopify;
    private final Purchases purchases;

    Settlement(Orders orders, AdminApi shopify, Purchases purchases) {
        this.orders = orders;
        this.shopify = shopify;
        this.purchases = purchases;
    }

    /** Adds what a message says about an order, and tells the ledger what follows. */
    Uni<Handled> record(CreditShop shop, OrderSnapshot message) {
        return orders.save(shop, message).chain(saved -> saved.map(order -> settle(shop, order))
                .orElseGet(() -> ignored("no line is of the product that sells credits")));
    }

    /** Tells the ledger what it does not know of an order. */
    Uni<Handled> settle(CreditShop shop, Order order) {
        Decision decision = order.decision(shop.test(), order.candidate().shopper(Optional.empty()));
        if (decision instanceof Decision.Nothing(String why)) {
            return ignored(why);
        } else if (order.isTold(decision)) {
            return Uni.createFrom().item(DONE);
        }
        Optional<String> customer =
                order.claimed() ? Optional.empty() : order.candidate().asked();
        return customer.map(id -> shopify.customer(shop.storeId(), id).chain(outcome -> switch (outcome) {
                    case Outcome.Failed<Optional<AdminApi.Customer>>(Failure failure)
                    when failure.retryAfter().isPresent() -> later(order, "Shopify did not tell the customer");
                    // Without access to its customers, an order is its customer's all the same.
                    case Outcome.Failed<Optional<AdminApi.Customer>> failed ->
                        settle(shop, order, customer, Optional.empty());
                    case Outcome.Done<Optional<AdminApi.Customer>>(var found) ->
                        settle(
                                shop,
                                order,
                                customer,
                                found.filter(AdminApi.Customer::verified)
                                        .flatMap(AdminApi.Customer::email)
                                        .flatMap(Orders::normalised));
                }))
                .orElseGet(() -> settle(shop, order, Optional.empty(), Optional.empty()));
    }

    private Uni<Handled> settle(CreditShop shop, Order order, Optional<String> customer, Optional<String> verified) {
        return orders.fix(shop, order.orderId(), customer, verified).chain(fixed -> switch (fixed) {
            case Fixed.Told() -> Uni.createFrom().item(DONE);
            case Fixed.Changed() -> later(order, "the customer of the order has changed");
            case Fixed.Tell(Call call) -> tell(shop, order, call);
        });
    }

    private Uni<Handled> tell(CreditShop shop, Order order, Call call) {
        return purchases.record(shop.storeId(), call.facts()).chain(recorded -> switch (recorded) {
            case Recorded.Booked booked ->
                orders.answered(shop.storeId(), call, booked).replaceWith(DONE);
            case Recorded.KeyReused() ->
                refused(order, "the ledger knows the order with another shopper or other credits", false);
            // A ledger of the version before does not know all facts, and a store may be unknown to it for a moment.
            case Recorded.Refused(var problem) ->
                refused(order, "the ledger refused it: " + problem.code().name(), true);
            case Recorded.Unknown(Throwable cause) -> {
                LOG.warnf(
                        "The ledger did not answer for order %s of store %s. It is told again: %s",
                        order.orderId(), order.storeId(), cause);
                yield later(order, "the ledger did not answer");
            }
        });
    }

    private Uni<Handled> refused(Order order, String reason, boolean again) {
        LOG.errorf("Order %s of store %s was not booked: %s", order.orderId(), order.storeId(), reason);
        return orders.refused(order.storeId(), order.orderId(), reason, again).replaceWith(DONE);
    }

    private Uni<Handled> later(Order order, String reason) {
        return orders.unanswered(order.storeId(), order.orderId(), reason).replaceWith(new Handled.Later(reason));
    }

    private static Uni<Handled> ignored(String reason) {
        return Uni.createFrom().item(new Handled.Ignored(reason));
    }
}
