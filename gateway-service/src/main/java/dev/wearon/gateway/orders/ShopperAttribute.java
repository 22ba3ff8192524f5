package dev.wearon.gateway.orders;

import dev.wearon.gateway.orders.Decision.Shopper;
import dev.wearon.gateway.sealing.Sealer;
import io.quarkus.runtime.Startup;
import io.vertx.core.buffer.Buffer;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The attribute of a cart that names the shopper of an order. It is sealed for its store: nobody else can make one, change one, or read
 * the name in it. It does not end, because it can only give credits to the shopper whom it names.
 */
@Singleton
@Startup
public class ShopperAttribute {

    static final String NAME = "wearon_shopper";

    private static final int LONGEST = 1_000;

    private final Sealer sealer;

    ShopperAttribute(OrdersConfig config) {
        this.sealer =
                new Sealer("WEARON_ORDERS_SHOPPER_KEYS", config.shopperKeys().orElse(List.of()));
    }

    /** The operator has set no key. */
    boolean isOff() {
        return sealer.isOff();
    }

    /** @param shopper as the principal of a shopper has it */
    String of(UUID storeId, String shopper) {
        Buffer sealed = sealer.seal(storeId, shopper.getBytes(StandardCharsets.UTF_8));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(sealed.getBytes());
    }

    /** @return empty if the attribute was not made by {@link #of} for this store */
    Optional<Shopper> read(UUID storeId, String attribute) {
        if (attribute.length() > LONGEST) {
            return Optional.empty();
        }
        try {
            byte[] sealed = Base64.getUrlDecoder().decode(attribute);
            return Optional.of(
                    Shopper.named(new String(sealer.open(storeId, Buffer.buffer(sealed)), StandardCharsets.UTF_8)));
        } catch (IllegalArgumentException | Sealer.WrongKey notOurs) {
            return Optional.empty();
        }
    }
}
