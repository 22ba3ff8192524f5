package dev.wearon.local.suite;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wearon.local.suite.PublicApi.Answer;
import dev.wearon.processes.Waiting;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Requests of one store, as its plugin sends them. The startup caches hold the code that they execute. */
final class TrainingLoad {

    private static final int CLIENTS = 8;
    private static final String STORES = "/admin/v1/stores";

    private final PublicApi api;
    private final String adminToken;
    private final long deadline;

    /** @param timeout of the whole load */
    TrainingLoad(PublicApi api, String adminToken, Duration timeout) {
        this.api = api;
        this.adminToken = adminToken;
        this.deadline = System.nanoTime() + timeout.toNanos();
    }

    /** Requests {@code tryOns} try-ons of these pictures, and reads what a plugin reads. */
    void run(Path person, Path garment, int tryOns) throws IOException, UserError {
        String key = createStore(tryOns);
        List<String> imageUrls = List.of(upload(key, person), upload(key, garment));
        String first = create(key, imageUrls);
        inParallel(tryOns - 1, () -> {
            read(key, "/api/v1/generation/" + create(key, imageUrls));
            return read(key, "/api/v1/credits/balance");
        });
        for (String path : List.of("credits/transactions", "stores/config", "stores/analytics")) {
            read(key, "/api/v1/" + path);
        }
        download(key, first);
    }

    private String createStore(int credits) throws IOException, UserError {
        JsonNode store = succeed("Creating the store", () -> api.post(STORES, adminToken, newStore()));
        String path = STORES + "/" + store.path("store_id").asText();
        Map<String, ?> grant = Map.of("amount", 2 * credits, "type", "purchase");
        succeed("Granting credits", () -> api.postIdempotent(path + "/credits", adminToken, "first", grant));
        Map<String, ?> domains = Map.of("allowed_domains", List.of());
        return succeed("Creating the API key", () -> api.post(path + "/api-keys", adminToken, domains))
                .path("api_key")
                .asText();
    }

    /** Each time with another name, because a call without an answer may have taken the name. */
    private static Map<String, ?> newStore() {
        return Map.of(
                "shop_domain", "shop-" + UUID.randomUUID() + ".example",
                "billing_mode", "absorb_mode",
                "subscription_tier", "scale");
    }

    private String upload(String key, Path png) throws IOException, UserError {
        Map<String, ?> file = Map.of("file_name", "picture.png", "content_type", "image/png", "size", Files.size(png));
        Map<String, ?> files = Map.of("files", List.of(file));
        JsonNode upload = succeed("Requesting an upload URL", () -> api.post("/api/v1/storage/uploads", key, files))
                .path("uploads")
                .path(0);
        int status = api.upload(upload, Files.readAllBytes(png)).statusCode();
        if (status != 201) {
            throw new IOException("The upload was refused: " + status);
        }
        return upload.path("image_url").asText();
    }

    private String create(String key, List<String> imageUrls) throws IOException, UserError {
        Map<String, ?> tryOn = Map.of("image_urls", imageUrls, "age_verified", true);
        return succeed("Creating a try-on", () -> api.post("/api/v1/generation/create", key, tryOn))
                .path("session_id")
                .asText();
    }

    private JsonNode read(String key, String path) throws IOException, UserError {
        return succeed("Reading " + path, () -> api.get(path, key));
    }

    private void download(String key, String sessionId) throws IOException, UserError {
        JsonNode session;
        while (!(session = read(key, "/api/v1/generation/" + sessionId)).has("generated_image_url")) {
            requireTime("The first try-on");
            Waiting.briefly();
        }
        api.download(URI.create(session.path("generated_image_url").asText()));
    }

    /** A call to the gateway. */
    private interface Call {
        Answer answer() throws IOException;
    }

    /** Repeats a call that a busy machine made fail. A second try-on or store does no harm here. */
    private JsonNode succeed(String step, Call call) throws IOException, UserError {
        while (true) {
            try {
                Answer answer = call.answer();
                if (!(answer instanceof Answer.Refusal refusal && refusal.status() >= 500)) {
                    return answer.require(step);
                }
            } catch (IOException unanswered) {
                // The deadline limits the repeats.
            }
            requireTime(step);
            Waiting.briefly();
        }
    }

    private void requireTime(String step) throws IOException {
        if (System.nanoTime() > deadline) {
            throw new IOException(step + " did not succeed in time");
        }
    }

    private static void inParallel(int times, Callable<?> call) throws IOException {
        try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            List<Future<?>> calls = new ArrayList<>();
            for (int i = 0; i < times; i++) {
                calls.add(clients.submit(call));
            }
            try {
                for (Future<?> each : calls) {
                    each.get();
                }
            } catch (ExecutionException failed) {
                clients.shutdownNow();
                throw new IOException(failed.getCause().getMessage(), failed.getCause());
            } catch (InterruptedException interrupted) {
                clients.shutdownNow();
                Thread.currentThread().interrupt();
                throw new IOException("Interrupted while the caches were recorded", interrupted);
            }
        }
    }
}
