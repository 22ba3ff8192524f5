package dev.wearon.local.suite;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wearon.local.suite.PublicApi.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * The store of {@code wearon demo}, created through the admin API. Each step is saved in the data folder before the next step,
 * so that the next start continues an interrupted one.
 */
public final class DemoStore {

    /** The credits of a new demo store, and of each later grant when the balance is 0. */
    public static final int CREDITS = 25;

    /** Allows 30 calls a minute, so that demos can follow each other. Without a tier the second one would be refused. */
    private static final String TIER = "growth";

    private static final String STORES = "/admin/v1/stores";

    /** The completed steps; a field is null before its step. */
    record Saved(String shopDomain, String storeId, String apiKey) {}

    private final Layout layout;
    private final PublicApi api;
    private final String adminToken;

    public DemoStore(Layout layout, PublicApi api, String adminToken) {
        this.layout = layout;
        this.api = api;
        this.adminToken = adminToken;
    }

    /** Executes the missing steps and returns the store with a valid API key. */
    RunFile.Demo openOrCreate() throws IOException, UserError {
        Saved saved = load();
        if (saved.apiKey() != null && !isKeyValid(saved)) {
            // The saved store is in another database than the current one.
            saved = newStore();
        }
        if (saved.storeId() == null) {
            saved = save(createStore(saved));
        }
        if (saved.apiKey() == null) {
            // Saves the key only after the grant, so that an interrupted start repeats both.
            String apiKey = createKey(saved);
            grant(saved.storeId(), "demo-first-credits-" + saved.storeId());
            saved = save(new Saved(saved.shopDomain(), saved.storeId(), apiKey));
        }
        PrivateFiles.write(
                layout.demoHeaderFile(),
                ("Authorization: Bearer " + saved.apiKey() + "\n").getBytes(StandardCharsets.UTF_8));
        return new RunFile.Demo(saved.storeId(), saved.apiKey());
    }

    /** Grants another {@value #CREDITS} credits. */
    public void grantMore(String storeId) throws IOException, UserError {
        grant(storeId, "demo-more-credits-" + UUID.randomUUID());
    }

    private boolean isKeyValid(Saved saved) throws IOException, UserError {
        return switch (api.get("/api/v1/credits/balance", saved.apiKey())) {
            case Answer.Success known -> true;
            case Answer.Refusal refusal when refusal.status() == 401 -> false;
            case Answer.Refusal refusal -> throw PublicApi.errorOf("Reading the demo store's balance", refusal);
        };
    }

    /**
     * If the domain exists, an earlier start of this suite created it and ended before it saved the store's id. Then the method
     * creates a store with another domain, and the first store stays unused.
     */
    private Saved createStore(Saved saved) throws IOException, UserError {
        Answer answer = postStore(saved);
        if (answer instanceof Answer.Refusal refusal && refusal.status() == 409) {
            saved = newStore();
            answer = postStore(saved);
        }
        String storeId = text(answer.require("Creating the demo store"), "store_id");
        return new Saved(saved.shopDomain(), storeId, null);
    }

    private Answer postStore(Saved saved) throws IOException {
        Map<String, ?> store =
                Map.of("shop_domain", saved.shopDomain(), "billing_mode", "absorb_mode", "subscription_tier", TIER);
        return api.post(STORES, adminToken, store);
    }

    private String createKey(Saved saved) throws IOException, UserError {
        Map<String, ?> body = Map.of("allowed_domains", List.of("https://" + saved.shopDomain()));
        Answer answer = api.post(STORES + "/" + saved.storeId() + "/api-keys", adminToken, body);
        return text(answer.require("Creating the demo store's API key"), "api_key");
    }

    private void grant(String storeId, String idempotencyKey) throws IOException, UserError {
        Map<String, ?> body = Map.of("amount", CREDITS, "type", "purchase", "description", "Demo credits");
        api.postIdempotent(STORES + "/" + storeId + "/credits", adminToken, idempotencyKey, body)
                .require("Granting the demo store's credits");
    }

    private static String text(JsonNode data, String field) throws UserError {
        if (!data.path(field).isTextual()) {
            throw new UserError(
                    "The gateway's answer has no " + field + ".", "rebuild the services: ./mvnw -DskipTests package");
        }
        return data.get(field).asText();
    }

    private Saved load() throws IOException {
        return Files.exists(layout.demoStoreFile())
                ? PrivateFiles.JSON.readValue(layout.demoStoreFile().toFile(), Saved.class)
                : newStore();
    }

    private Saved newStore() throws IOException {
        byte[] random = new byte[4];
        RandomGenerator.getDefault().nextBytes(random);
        return save(new Saved("demo-" + HexFormat.of().formatHex(random) + ".myshopify.com", null, null));
    }

    private Saved save(Saved saved) throws IOException {
        PrivateFiles.writeJson(layout.demoStoreFile(), saved);
        return saved;
    }
}
