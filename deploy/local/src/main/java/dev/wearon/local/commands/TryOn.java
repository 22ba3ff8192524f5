package dev.wearon.local.commands;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wearon.local.suite.DemoStore;
import dev.wearon.local.suite.Layout;
import dev.wearon.local.suite.PublicApi;
import dev.wearon.local.suite.PublicApi.Answer;
import dev.wearon.local.suite.RunFile;
import dev.wearon.local.suite.UserError;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Makes one try-on as a merchant's plugin does, and prints each step. */
final class TryOn {

    /** The values of {@code garment_type}. */
    enum GarmentType {
        upper,
        lower,
        dress
    }

    /** @param seconds since the start of the command */
    record Step(String step, double seconds) {}

    /**
     * @param picture the file
     * @param pictureUrl a signed URL of the picture, which ends
     * @param seconds from the command to the picture
     */
    record Made(
            String sessionId,
            Path picture,
            String pictureUrl,
            double seconds,
            long creditsBefore,
            long creditsAfter,
            List<Step> steps) {}

    private static final Duration TIMEOUT = Duration.ofSeconds(180);
    private static final int POLL_MS = 200;
    private static final String BALANCE = "/api/v1/credits/balance";

    private final Layout layout;
    private final RunFile run;
    private final PublicApi api;
    private final PrintStream out;
    private final String key;
    private final Instant start;
    private final List<Step> steps = new ArrayList<>();

    TryOn(Layout layout, RunFile run, PublicApi api, PrintStream out) {
        this.layout = layout;
        this.run = run;
        this.api = api;
        this.out = out;
        this.key = run.demo().apiKey();
        this.start = commandStart();
    }

    /** @param garmentType null lets the image model judge it */
    Made perform(Path person, Path garment, GarmentType garmentType) throws IOException, UserError {
        long before = balance();
        print("credits before: " + before);
        if (before == 0) {
            new DemoStore(layout, api, run.adminToken()).grantMore(run.demo().storeId());
            before = balance();
            print("granted more credits, because none were left: " + before);
        }
        List<String> imageUrls = upload(List.of(person, garment));
        String sessionId = create(imageUrls, garmentType);
        JsonNode session = awaitEnd(sessionId);
        Path picture = download(sessionId, session);
        double pictureSeconds = elapsedSeconds();
        long after = balance();
        print("credits after: " + after);
        String pictureUrl = session.path("generated_image_url").asText();
        out.println();
        out.println("  picture  " + picture);
        out.println("  URL      " + pictureUrl);
        out.printf(Locale.ROOT, "  time     %.1f s from the command to the picture%n", pictureSeconds);
        out.println();
        out.println("The suite stays up. Stop it: " + layout.commandLine("down"));
        out.println("Try next: curl -H @" + Layout.quoted(fromHere(layout.demoHeaderFile())) + " " + run.gatewayUrl()
                + "/api/v1/generation/" + sessionId);
        return new Made(sessionId, picture, pictureUrl, pictureSeconds, before, after, List.copyOf(steps));
    }

    private long balance() throws IOException, UserError {
        return api.get(BALANCE, key)
                .require("Reading the balance")
                .path("balance")
                .asLong();
    }

    private List<String> upload(List<Path> files) throws IOException, UserError {
        List<Map<String, Object>> wanted = new ArrayList<>();
        for (Path file : files) {
            wanted.add(Map.of(
                    "file_name", file.getFileName().toString(),
                    "content_type", PictureType.of(file).orElse("image/jpeg"),
                    "size", Files.size(file)));
        }
        JsonNode uploads = api.post("/api/v1/storage/uploads", key, Map.of("files", wanted))
                .require("Requesting upload URLs")
                .path("uploads");
        List<String> imageUrls = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            imageUrls.add(put(files.get(i), uploads.path(i)));
        }
        return imageUrls;
    }

    private String put(Path file, JsonNode upload) throws IOException, UserError {
        HttpResponse<byte[]> response = api.upload(upload, Files.readAllBytes(file));
        requireOk(response, "Uploading " + file.getFileName());
        print("uploaded %s (%,d bytes): %d".formatted(file.getFileName(), Files.size(file), response.statusCode()));
        return upload.path("image_url").asText();
    }

    private String create(List<String> imageUrls, GarmentType garmentType) throws IOException, UserError {
        Map<String, Object> body = new HashMap<>(Map.of("image_urls", imageUrls, "age_verified", true));
        if (garmentType != null) {
            body.put("garment_type", garmentType.name());
        }
        Answer answer = api.post("/api/v1/generation/create", key, body);
        JsonNode created = answer.require("Creating the try-on");
        String sessionId = created.path("session_id").asText();
        int status = answer instanceof Answer.Success success ? success.status() : 0;
        print("created the try-on: %d, session %s".formatted(status, sessionId));
        print("  " + created.path("status").asText());
        return sessionId;
    }

    private JsonNode awaitEnd(String sessionId) throws IOException, UserError {
        String shown = "queued";
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (System.nanoTime() < deadline) {
            JsonNode session = api.get("/api/v1/generation/" + sessionId, key).require("Reading the session");
            String status = session.path("status").asText();
            if (!status.equals(shown)) {
                shown = status;
                print("  " + status);
            }
            if (status.equals("completed")) {
                return session;
            }
            if (status.equals("failed")) {
                throw new UserError(
                        "The try-on failed: %s %s (request id %s)"
                                .formatted(
                                        session.path("error_code").asText(""),
                                        session.path("error_message").asText(""),
                                        session.path("request_id").asText("unknown")),
                        "its credit is refunded automatically; see " + layout.commandLine("logs generation"));
            }
            pause();
        }
        throw new UserError(
                "The try-on did not end within %d s; it is %s.".formatted(TIMEOUT.toSeconds(), shown),
                "see " + layout.commandLine("logs generation"));
    }

    private Path download(String sessionId, JsonNode session) throws IOException, UserError {
        URI url = URI.create(session.path("generated_image_url").asText());
        HttpResponse<byte[]> response = api.download(url);
        requireOk(response, "Downloading the picture");
        Path folder = Files.createDirectories(layout.demoPictures());
        Path picture = folder.resolve(sessionId + ".jpg");
        Files.write(picture, response.body());
        print("downloaded the picture (%,d bytes)".formatted(response.body().length));
        return picture;
    }

    private static void requireOk(HttpResponse<byte[]> response, String what) throws UserError {
        if (response.statusCode() >= 300 || response.statusCode() < 200) {
            PublicApi.answer(response).require(what);
        }
    }

    private void print(String what) {
        steps.add(new Step(what.strip(), elapsedSeconds()));
        out.printf(
                Locale.ROOT,
                "%2d. %-72s %5.1f s%n",
                steps.size(),
                what,
                steps.getLast().seconds());
    }

    private double elapsedSeconds() {
        return Duration.between(start, Instant.now()).toMillis() / 1e3;
    }

    /** The start of the shell script in whole seconds: elapsed times are up to one second too long, never too short. */
    private static Instant commandStart() {
        String epochSecond = System.getProperty("wearon.started", "");
        return epochSecond.matches("\\d{1,12}") ? Instant.ofEpochSecond(Long.parseLong(epochSecond)) : Instant.now();
    }

    /** Relative to the current folder, if the file is inside it. */
    private static Path fromHere(Path file) {
        Path here = Path.of("").toAbsolutePath();
        return file.startsWith(here) ? here.relativize(file) : file;
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(POLL_MS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while waiting for the picture", interrupted);
        }
    }
}
