package dev.wearon.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Asks a gateway for signed URLs, as a shop does before an upload. */
record Presigning(int gatewayPort, String key) implements StorageSide.Places {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_FILES = 10;
    /** As large as may be: a URL takes no more than its file was declared to have. */
    private static final String FILE = """
            {"file_name":"me.jpg","content_type":"image/jpeg","size":10485760}""";

    private static final String REQUEST =
            "POST /api/v1/storage/uploads HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\n"
                    + "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s";

    /** As many of them in a call as may be. */
    @Override
    public List<StorageSide.Place> next(int count) throws IOException {
        List<StorageSide.Place> places = new ArrayList<>();
        try (ImageConnection gateway = new ImageConnection(gatewayPort)) {
            while (places.size() < count) {
                String answer = gateway.post(request(Math.min(MOST_FILES, count - places.size())));
                for (JsonNode upload : JSON.readTree(answer).at("/data/uploads")) {
                    places.add(
                            new StorageSide.Place(target(upload.get("upload_url")), target(upload.get("image_url"))));
                }
            }
        }
        return places;
    }

    /** A whole request for so many places. */
    String request(int files) {
        String body = "{\"files\":[%s]}".formatted(String.join(",", Collections.nCopies(files, FILE)));
        return REQUEST.formatted(key, body.length(), body);
    }

    private static String target(JsonNode url) {
        URI parsed = URI.create(url.textValue());
        return parsed.getRawPath() + "?" + parsed.getRawQuery();
    }
}
