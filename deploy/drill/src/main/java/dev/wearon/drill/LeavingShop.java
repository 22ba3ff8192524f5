package dev.wearon.drill;

import dev.wearon.testkit.shopify.Shop;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** A shop that requests try-ons and then removes the app, while some of them are queued and faults go on. */
final class LeavingShop implements Runnable {

    private static final int TRY_ONS = 6;
    private static final Duration PAUSE = Duration.ofMillis(700);

    private final Payer payer;
    private final Shop shop;
    private final Shops shops;
    private final GatewayClient gateway;
    private final Observations observations;

    LeavingShop(Payer payer, Shop shop, Shops shops, GatewayClient gateway, Observations observations) {
        this.payer = payer;
        this.shop = shop;
        this.shops = shops;
        this.gateway = gateway;
        this.observations = observations;
    }

    @Override
    public void run() {
        try {
            for (int number = 1; number <= TRY_ONS; number++) {
                observations.countCreate(gateway.create(
                        payer,
                        "leaving-" + number,
                        Optional.empty(),
                        OptionalInt.empty(),
                        GatewayClient.SHORT_TIMEOUT));
                Thread.sleep(PAUSE);
            }
            shops.uninstall(shop);
        } catch (InterruptedException drillIsEnding) {
            Thread.currentThread().interrupt();
        }
    }
}
