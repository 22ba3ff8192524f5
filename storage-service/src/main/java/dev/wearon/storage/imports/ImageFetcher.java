package dev.wearon.storage.imports;

import dev.wearon.egress.EgressClient;
import dev.wearon.egress.EgressClient.Answer;
import dev.wearon.egress.EgressGuard;
import dev.wearon.egress.EgressGuard.Parsed;
import dev.wearon.egress.EgressGuard.Target;
import dev.wearon.http.Problem;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Fetches the bytes of an image from an allowed host. A failure is a refusal that does not repeat the URL. */
@Singleton
class ImageFetcher {

    private static final String TYPES = "image/jpeg, image/png, image/webp";

    private final EgressGuard guard;
    private final EgressClient client;
    private final Duration timeout;
    private final long maxBytes;

    ImageFetcher(
            Vertx vertx,
            ImportsConfig config,
            @ConfigProperty(name = "wearon.storage.upload-max-bytes") long maxBytes) {
        this.guard = new EgressGuard(vertx, Set.copyOf(config.allowedHosts().orElse(List.of())));
        this.client = new EgressClient(vertx, config.connectTimeout());
        this.timeout = config.timeout();
        this.maxBytes = maxBytes;
    }

    /** The largest image, like that of an upload. */
    long maxBytes() {
        return maxBytes;
    }

    /** Reads a URL, and calls no network. */
    Parsed parse(String url) {
        return guard.parse(url);
    }

    /** Fails with a {@link Problem} if there are no bytes of an image. */
    Uni<Buffer> fetch(Target target) {
        return guard.resolve(target)
                .chain(resolved -> switch (resolved) {
                    case EgressGuard.Refused refused ->
                        Uni.createFrom().<Answer>failure(failed("The URL " + refused.why() + "."));
                    case EgressGuard.Destination destination -> client.get(destination, TYPES, maxBytes, timeout);
                })
                // Includes the look-up of the host, which has no timeout of its own.
                .ifNoItem()
                .after(timeout)
                .recoverWithItem(new Answer.None())
                .map(this::bytes);
    }

    private Buffer bytes(Answer answer) {
        return switch (answer) {
            case Answer.Received received -> bytes(received);
            case Answer.TooLarge large ->
                throw Problem.of(
                        Problem.Code.PAYLOAD_TOO_LARGE,
                        "The image exceeds the limit of %d bytes. Nothing was stored.".formatted(maxBytes));
            case Answer.None none ->
                throw failed("The image host did not answer in time with a whole image over a valid connection.");
        };
    }

    private static Buffer bytes(Answer.Received received) {
        int status = received.status();
        if (status >= 300 && status < 400) {
            throw failed("The image host redirects to another URL, which is not followed. Import that URL.");
        } else if (status != 200) {
            throw failed("The image host answered with the status %d.".formatted(status));
        } else if (received.body().length() == 0) {
            throw failed("The image host answered without an image.");
        }
        return received.body();
    }

    private static Problem failed(String message) {
        return Problem.of(Problem.Code.IMPORT_FAILED, message + " Nothing was stored.");
    }

    @PreDestroy
    void close() {
        client.close();
    }
}
