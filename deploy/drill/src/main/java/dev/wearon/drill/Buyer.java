package dev.wearon.drill;

import dev.wearon.testkit.shopify.Cart;
import dev.wearon.testkit.shopify.Order;
import java.util.Random;

/** A customer of a shop, who orders credits again and again. Most orders are paid; some are edited, refunded or cancelled later. */
final class Buyer implements Runnable {

    private static final int MOST_CREDITS = 4;
    private static final int MAX_PAUSE_MS = 1_500;

    // Probabilities.
    private static final double LOST_WEBHOOK = 0.2;
    private static final double EDIT_BEFORE_PAYMENT = 0.1;
    private static final double CANCEL_BEFORE_PAYMENT = 0.1;
    private static final double EDIT = 0.15;
    private static final double REFUND = 0.3;
    private static final double CANCEL = 0.1;

    private final Shops.Sale sale;
    private final Shops shops;
    private final Random random;
    private final TrafficState state;

    Buyer(Shops.Sale sale, Shops shops, Random random, TrafficState state) {
        this.sale = sale;
        this.shops = shops;
        this.random = random;
        this.state = state;
    }

    @Override
    public void run() {
        try {
            while (state.acceptsNewTryOns()) {
                order();
                pause();
            }
        } catch (InterruptedException drillIsEnding) {
            Thread.currentThread().interrupt();
        }
    }

    private void order() throws InterruptedException {
        Order order = sale.shop()
                .order(new Cart()
                        .add(sale.credit(), random.nextInt(1, MOST_CREDITS + 1))
                        .customer(sale.customer()));
        Order.Line line = order.line();
        if (occurs(EDIT_BEFORE_PAYMENT) && line.currentQuantity() > 1) {
            order.edit(line, line.currentQuantity() - 1);
        }
        pause();
        if (occurs(LOST_WEBHOOK)) {
            shops.loseOne();
        }
        if (occurs(CANCEL_BEFORE_PAYMENT)) {
            order.cancel("customer", false);
            return;
        }
        order.pay();
        pause();
        if (occurs(EDIT) && line.currentQuantity() > 1) {
            order.edit(line, line.currentQuantity() - 1, random.nextBoolean());
        }
        if (occurs(REFUND)) {
            pause();
            order.refund(line, random.nextInt(1, line.currentQuantity() + 1));
        }
        if (occurs(CANCEL)) {
            pause();
            order.cancel("customer", random.nextBoolean());
        }
    }

    private boolean occurs(double probability) {
        return random.nextDouble() < probability;
    }

    private void pause() throws InterruptedException {
        Thread.sleep(random.nextInt(MAX_PAUSE_MS));
    }
}
