package dev.wearon.gateway.erasure;

import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A table of the gateway with data of shoppers. A CDI bean of the package that owns the table. */
public interface ShopperRecords {

    /** The name in the document with the data of a shopper, for example {@code orders}. */
    String name();

    /** The names of the shoppers of orders of Shopify, as far as the table knows them; at most 100. */
    default Uni<List<String>> namesIn(UUID storeId, List<String> orderIds) {
        return Uni.createFrom().item(List.of());
    }

    /**
     * Deletes a bounded number of rows, or what names the shopper in them. May be repeated.
     *
     * @param shoppers all names of a shopper, each an e-mail address or {@code ref:} and a reference; empty: all shoppers of the store
     * @param before only rows that are from before this time
     * @return whether there may be more
     */
    Uni<Boolean> redact(UUID storeId, Optional<List<String>> shoppers, Instant before);

    /** Reads a bounded number of the newest rows, as JSON. None by default, for a table whose rows nobody has read yet. */
    default Uni<?> data(UUID storeId, List<String> shoppers) {
        return Uni.createFrom().item(List.of());
    }
}
