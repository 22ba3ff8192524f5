package dev.wearon.bench.create;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.wearon.bench.gateway.GatewayKeys;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A store that creates try-ons, known to all that is compared.
 *
 * @param imageUrls the person and the garment, as the store got them at the upload
 * @param imagePaths the objects behind them
 */
public record Merchant(UUID storeId, String apiKey, List<String> imageUrls, List<String> imagePaths) {

    private static final int IMAGES = 2;

    /** The signature is not checked at a create, and makes the URLs as long as real ones. */
    private static final String URL = "%s/%s?expires=1800000000&key=0a1b2c3d&signature=%s";

    private static final String SIGNATURE = "x".repeat(43);

    private static final String CREATE = "POST /api/v1/generation/create HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            + "Authorization: Bearer %s\r\nContent-Type: application/json\r\n%sContent-Length: %d\r\n\r\n%s";

    private static final String GET = "GET /api/v1/%s HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\n\r\n";

    static Merchant of(GatewayKeys.Key key, String storageUrl) {
        List<String> paths = Stream.generate(
                        () -> "stores/%s/uploads/%s.jpg".formatted(key.storeId(), UuidCreator.getTimeOrderedEpoch()))
                .limit(IMAGES)
                .toList();
        List<String> urls = paths.stream()
                .map(path -> URL.formatted(storageUrl, path, SIGNATURE))
                .toList();
        return new Merchant(key.storeId(), key.apiKey(), urls, paths);
    }

    /** @param headers further lines, each with its line break */
    byte[] create(String headers) {
        String body = "{\"image_urls\":[\"%s\"],\"age_verified\":true}".formatted(String.join("\",\"", imageUrls));
        return CREATE.formatted(apiKey, headers, body.length(), body).getBytes(StandardCharsets.US_ASCII);
    }

    /** @param path below {@code /api/v1/} */
    public byte[] get(String path) {
        return GET.formatted(path, apiKey).getBytes(StandardCharsets.US_ASCII);
    }
}
