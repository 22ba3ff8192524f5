package dev.wearon.bench.webhooks;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Webhooks about paid orders of shops chosen at random, as long as those of usual orders. */
final class Orders {

    static final String SECRET = "the-secret-of-the-app-of-the-benchmark";

    private static final int LINES = 10;

    private static final String REQUEST = """
            POST /api/v1/webhooks/shopify/orders HTTP/1.1\r
            Host: 127.0.0.1\r
            Content-Type: application/json\r
            X-Shopify-Topic: orders/paid\r
            X-Shopify-Shop-Domain: %s\r
            X-Shopify-API-Version: 2026-10\r
            X-Shopify-Webhook-Id: %s\r
            X-Shopify-Event-Id: %s\r
            X-Shopify-Triggered-At: 2026-12-01T10:00:00.123456789Z\r
            X-Shopify-Hmac-Sha256: %s\r
            Content-Length: %d\r
            \r
            %s""";

    private static final String ORDER = """
            {"id":%d,"name":"#%d","email":"shopper-%d@example.com","currency":"EUR","financial_status":"paid","test":false,\
            "cancelled_at":null,"token":"%s","updated_at":"2026-12-01T10:00:00Z","customer":{"id":%d,"email":"shopper-%d@example.com"},\
            "note_attributes":[],"refunds":[],"line_items":[%s]}""";

    private static final String LINE = """
            {"id":%d,"product_id":%d,"variant_id":%d,"title":"%s","quantity":1,"current_quantity":1,"price":"19.90",\
            "price_set":{"shop_money":{"amount":"19.90","currency_code":"EUR"},"presentment_money":{"amount":"19.90","currency_code":"EUR"}},\
            "discount_allocations":[],"properties":[],"name":"%s","vendor":"A vendor","requires_shipping":true,"taxable":true}""";

    private static final String TITLE = "A garment with a name of usual length, in a size and a colour";

    private final List<String> shops;
    private final AtomicLong ids = new AtomicLong(9_007_199_254_740_993L);

    Orders(List<String> shops) {
        this.shops = shops;
    }

    byte[] next() {
        long id = ids.getAndAdd(100);
        String lines = IntStream.range(0, LINES)
                .mapToObj(line -> LINE.formatted(id + line, id + 20 + line, id + 40 + line, TITLE, TITLE))
                .collect(Collectors.joining(","));
        String body = ORDER.formatted(id, id, id, UUID.randomUUID(), id, id, lines);
        return REQUEST.formatted(
                        shops.get(ThreadLocalRandom.current().nextInt(shops.size())),
                        UUID.randomUUID(),
                        UUID.randomUUID(),
                        signature(body),
                        body.length(),
                        body)
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static String signature(String body) {
        try {
            Mac hmac = Mac.getInstance("HmacSHA256");
            hmac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.US_ASCII), hmac.getAlgorithm()));
            return Base64.getEncoder().encodeToString(hmac.doFinal(body.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("Every JDK has HmacSHA256", impossible);
        }
    }
}
