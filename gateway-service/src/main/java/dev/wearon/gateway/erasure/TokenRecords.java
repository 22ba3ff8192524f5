package dev.wearon.gateway.erasure;

import dev.wearon.gateway.shoppers.ShopperTokens;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The shopper tokens, with the creates that they counted. */
@ApplicationScoped
class TokenRecords implements ShopperRecords {

    private static final int AT_ONCE = 500;

    private final ShopperTokens tokens;

    TokenRecords(ShopperTokens tokens) {
        this.tokens = tokens;
    }

    @Override
    public String name() {
        return "shopper_tokens";
    }

    @Override
    public Uni<Boolean> redact(UUID storeId, Optional<List<String>> shoppers, Instant before) {
        return tokens.remove(storeId, shoppers, before, AT_ONCE).map(removed -> removed == AT_ONCE);
    }

    @Override
    public Uni<?> data(UUID storeId, List<String> shoppers) {
        return tokens.of(storeId, shoppers, AT_ONCE);
    }
}
