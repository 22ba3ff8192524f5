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
 * The store of {@code wearon demo}, made through the operator's routes. Each step is remembered in the data folder before
 * the next one begins, so that a start which was cut off goes on where it was.
 */
public final class DemoStore {

    /** What a new demo store has, and what it is given again when nothing is left. */
    public static final int CREDITS = 25;

    /** A demonstration is repeated as fast as somebody types; the limits of a store without a tier are for strangers. */
    private static final String TIER = "scale";

    private static final String STORES = "/admin/v1/stores";

    /** What is known so far; null fields are steps to come. */
    record Memory(String shopDomain, String storeId, String apiKey) {}

    private final Layout layout;
    private final PublicApi api;
    private final String adminToken;

    public DemoStore(Layout layout, PublicApi api, String adminToken) {
        this.layout = layout;
        this.api = api;
        this.adminToken = adminToken;
    }

    /** Makes what is missing of the store, and returns it with a key that works. */
    RunFile.Demo openOrMake() throws IOException, UserError {
        Memory memory = recall();
        if (memory.apiKey() != null && !stillKnown(memory)) {
            // Another database than the one that made it: an existing server, or one that was set up anew.
            memory = newMemory();
        }
        if (memory.storeId() == null) {
            memory = remember(makeStore(memory));
        }
        if (memory.apiKey() == null) {
            // The key counts as made only with its credits, so a start cut off between the two repeats both.
            String apiKey = makeKey(memory);
            grant(memory.storeId(), "demo-first-credits-" + memory.storeId());
            memory = remember(new Memory(memory.shopDomain(), memory.storeId(), apiKey));
        }
        PrivateFiles.write(
                layout.demoHeader(),
                ("Authorization: Bearer " + memory.apiKey() + "\n").getBytes(StandardCharsets.UTF_8));
        return new RunFile.Demo(memory.storeId(), memory.apiKey());
    }

    /** Gives the store another {@value #CREDITS} credits. */
    public void grantMore(String storeId) throws IOException, UserError {
        grant(storeId, "demo-more-credits-" + UUID.randomUUID());
    }

    private boolean stillKnown(Memory memory) throws IOException, UserError {
        return switch (api.get("/api/v1/credits/balance", memory.apiKey())) {
            case Answer.Success known -> true;
            case Answer.Refusal refusal when refusal.status() == 401 -> false;
            case Answer.Refusal refusal -> throw PublicApi.refused("Asking for the demo store's balance", refusal);
        };
    }

    /**
     * A domain that is taken was taken by this very suite, in a start that was cut off between the answer and its note; no
     * route tells that store's id, so it is left without a key, and another one is made.
     */
    private Memory makeStore(Memory memory) throws IOException, UserError {
        Answer answer = createStore(memory);
        if (answer instanceof Answer.Refusal refusal && refusal.status() == 409) {
            memory = newMemory();
            answer = createStore(memory);
        }
        String storeId = text(answer.require("Creating the demo store"), "store_id");
        return new Memory(memory.shopDomain(), storeId, null);
    }

    private Answer createStore(Memory memory) throws IOException {
        Map<String, ?> store =
                Map.of("shop_domain", memory.shopDomain(), "billing_mode", "absorb_mode", "subscription_tier", TIER);
        return api.post(STORES, adminToken, store);
    }

    private String makeKey(Memory memory) throws IOException, UserError {
        Map<String, ?> body = Map.of("allowed_domains", List.of("https://" + memory.shopDomain()));
        Answer answer = api.post(STORES + "/" + memory.storeId() + "/api-keys", adminToken, body);
        return text(answer.require("Creating the demo store's API key"), "api_key");
    }

    private void grant(String storeId, String idempotencyKey) throws IOException, UserError {
        Map<String, ?> body = Map.of("amount", CREDITS, "type", "purchase", "description", "Demo credits");
        api.postOnce(STORES + "/" + storeId + "/credits", adminToken, idempotencyKey, body)
                .require("Giving the demo store its credits");
    }

    private static String text(JsonNode data, String field) throws UserError {
        if (!data.path(field).isTextual()) {
            throw new UserError("The gateway's answer has no " + field + ".", "rebuild: ./mvnw -DskipTests package");
        }
        return data.get(field).asText();
    }

    private Memory recall() throws IOException {
        return Files.exists(layout.demoStore())
                ? PrivateFiles.JSON.readValue(layout.demoStore().toFile(), Memory.class)
                : newMemory();
    }

    private Memory newMemory() throws IOException {
        byte[] random = new byte[4];
        RandomGenerator.getDefault().nextBytes(random);
        return remember(new Memory("demo-" + HexFormat.of().formatHex(random) + ".myshopify.com", null, null));
    }

    private Memory remember(Memory memory) throws IOException {
        PrivateFiles.writeJson(layout.demoStore(), memory);
        return memory;
    }
}
