package dev.wearon.demo;

import dev.wearon.local.suite.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The stores of the shops, with their API keys, by the domain of the shop. Saved after each change. */
final class SavedStores {

    /** @param apiKey for the pages of the shop, and for the merchant */
    record Store(String storeId, String apiKey) {

        /** Does not show the key. */
        @Override
        public String toString() {
            return "Store[" + storeId + "]";
        }
    }

    private record Content(Map<String, Store> stores) {}

    private final Path file;
    private final Map<String, Store> stores;

    private SavedStores(Path file, Map<String, Store> stores) {
        this.file = file;
        this.stores = new TreeMap<>(stores);
    }

    static SavedStores read(Path file) throws IOException {
        return new SavedStores(
                file,
                Files.exists(file)
                        ? PrivateFiles.JSON
                                .readValue(file.toFile(), Content.class)
                                .stores()
                        : Map.of());
    }

    Optional<Store> of(String domain) {
        return Optional.ofNullable(stores.get(domain));
    }

    void put(String domain, Store store) throws IOException {
        stores.put(domain, store);
        PrivateFiles.writeJson(file, new Content(stores));
    }
}
