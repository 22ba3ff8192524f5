package dev.wearon.bench.storage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wearon.bench.loop.HttpConnection;
import dev.wearon.bench.loop.Side;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * Signed URLs for uploads, from a gateway. It is also a side, which measures one such call.
 *
 * @param processes the processes that work on such a call
 */
record UploadUrls(int gatewayPort, String apiKey, Map<String, ProcessHandle> processes)
        implements Side, ImageServer.Naming {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int CREATED = 201;
    private static final int MAX_FILES = 10;

    /** The declared size is the largest one: a URL takes no more bytes than were declared. */
    private static final String FILE = """
            {"file_name":"me.jpg","content_type":"image/jpeg","size":10485760}""";

    private static final String REQUEST =
            "POST /api/v1/storage/uploads HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\n"
                    + "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s";

    @Override
    public String name() {
        return "signed URLs";
    }

    @Override
    public Client connect() throws IOException {
        byte[] request = request(1);
        return HttpConnection.client(
                gatewayPort, connection -> connection.send(request).expect(CREATED));
    }

    @Override
    public List<ImageServer.Location> next(int count) throws IOException {
        List<ImageServer.Location> locations = new ArrayList<>();
        try (HttpConnection gateway = new HttpConnection(gatewayPort)) {
            while (locations.size() < count) {
                byte[] request = request(Math.min(MAX_FILES, count - locations.size()));
                for (JsonNode upload :
                        JSON.readTree(gateway.send(request).expect(CREATED)).at("/data/uploads")) {
                    locations.add(new ImageServer.Location(
                            target(upload.get("upload_url")), target(upload.get("image_url"))));
                }
            }
        }
        return locations;
    }

    private byte[] request(int files) {
        String body = "{\"files\":[%s]}".formatted(String.join(",", Collections.nCopies(files, FILE)));
        return REQUEST.formatted(apiKey, body.length(), body).getBytes(StandardCharsets.US_ASCII);
    }

    private static String target(JsonNode url) {
        URI parsed = URI.create(url.textValue());
        return parsed.getRawPath() + "?" + parsed.getRawQuery();
    }
}
