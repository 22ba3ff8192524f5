package dev.wearon.demo;

import java.util.List;
import java.util.Map;

/**
 * A shop of the demo.
 *
 * @param note what its pages say about it
 * @param shows what it shows, in a few words
 * @param config of its store, as a merchant sets it
 * @param anonymousPerDay how many try-ons shoppers may make who are not logged in
 * @param customers the same id is the same shopper after a restart
 */
record SampleShop(
        String domain,
        String title,
        String note,
        String shows,
        Map<String, ?> config,
        int anonymousPerDay,
        List<Buyer> customers) {

    static final String CURRENCY = "EUR";

    /** @param credits how many to buy when none are left */
    record Buyer(long id, String email, int credits) {}

    /** @param picture the name of a sample of the stand-in */
    record Product(String title, String price, String picture) {}

    static final List<Product> PRODUCTS = List.of(
            new Product("Navy sweater", "79.00", "sweater-navy"), new Product("Red sweater", "69.00", "sweater-red"));

    static final List<SampleShop> ALL = List.of(
            new SampleShop(
                    "shoppers-pay.myshopify.com",
                    "Harbour Street",
                    "Shoppers pay: resell mode",
                    "Shoppers pay",
                    Map.of("billing_mode", "resell_mode", "retail_credit_price", 4.99),
                    0,
                    List.of(new Buyer(7_001, "ann@example.com", 3), new Buyer(7_002, "bob@example.com", 0))),
            new SampleShop(
                    "shop-pays.myshopify.com",
                    "North Gallery",
                    "The shop pays: absorb mode",
                    "The shop pays",
                    Map.of("billing_mode", "absorb_mode"),
                    50,
                    List.of(new Buyer(7_003, "cleo@example.com", 0))));

    boolean shoppersPay() {
        return config.containsValue("resell_mode");
    }
}
