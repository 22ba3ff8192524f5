package dev.wearon.generation.lists;

import dev.wearon.identity.Principal;
import java.util.Optional;
import java.util.UUID;

/** Whose sessions a list has. */
sealed interface Whose {

    record AllStores() implements Whose {}

    record Store(UUID id) implements Whose {}

    /** @param name as in {@link Principal.OfStore#shopper()} */
    record Shopper(UUID storeId, String name) implements Whose {}

    /** Of an anonymous token: what it made itself. */
    record Token(UUID storeId, UUID id) implements Whose {}

    /** The sessions that the caller may read; for a server that names a shopper, only those of this shopper. */
    static Whose of(Principal.OfStore caller) {
        Optional<Whose> shopper = caller.shopper().map(name -> new Shopper(caller.storeId(), name));
        return shopper.orElseGet(() -> switch (caller) {
            case Principal.Store store -> new Store(store.storeId());
            case Principal.ShopperToken token -> new Token(token.storeId(), token.tokenId());
        });
    }
}
