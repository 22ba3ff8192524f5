package dev.wearon.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wearon.client.errors.WearOnException;
import dev.wearon.client.model.ImportedImage;
import dev.wearon.client.model.KeptObject;
import dev.wearon.client.model.Upload;
import dev.wearon.client.transport.Answer;
import dev.wearon.client.transport.Call;
import dev.wearon.client.transport.Deadline;
import dev.wearon.client.transport.Transport;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Pictures that a create can use, for the retention of the store. */
public final class Uploads {

    private static final int MOST = 10;
    private static final int LONGEST_ANSWER = 64 * 1024;
    private static final String OBJECTS = "/api/v1/storage/objects";

    /** Longer than the gateway waits for an import. */
    private static final Duration IMPORT = Duration.ofSeconds(30);

    private final Transport transport;

    Uploads(Transport transport) {
        this.transport = transport;
    }

    /** Uploads a JPEG, PNG or WebP picture of at most 10 MiB. */
    public Upload put(Picture picture) {
        return putAll(List.of(picture)).get(0);
    }

    /**
     * Uploads a picture that lives until it is deleted, and is never the person of a try-on. The key needs the scope {@code
     * images:keep}.
     */
    public Upload keep(Picture picture) {
        return putAll(List.of(picture), true, transport.deadline(Transport.UPLOAD))
                .get(0);
    }

    /** The kept pictures, newest first. A page is one request, made when it is needed. */
    public Iterable<KeptObject> kept() {
        Call first = Call.get(OBJECTS).query("kept", true).query("limit", Pages.LARGEST);
        return () -> new Pages<>(transport, first, "objects", KeptObject.class);
    }

    /**
     * Deletes a kept picture by its name.
     *
     * @throws WearOnException {@code NOT_FOUND} if there is none, also if an attempt whose response was lost has deleted it
     */
    public void delete(String name) {
        String encoded = URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
        transport.call(Call.delete(OBJECTS + "/" + encoded));
    }

    /**
     * Lets WearOn fetch a picture from a host that the operator allowed for the store. The same URL is the same picture for an
     * hour.
     */
    public ImportedImage importUrl(String url) {
        Call call = Call.post("/api/v1/storage/imports", Map.of("url", url));
        return transport.call(call, transport.deadline(Transport.CALL), IMPORT).data(ImportedImage.class);
    }

    /** Uploads one to ten pictures. They count as one request against the rate limit. The uploads are in the same order. */
    public List<Upload> putAll(List<Picture> pictures) {
        return putAll(pictures, transport.deadline(Transport.UPLOAD));
    }

    List<Upload> putAll(List<Picture> pictures, Deadline deadline) {
        return putAll(pictures, false, deadline);
    }

    private List<Upload> putAll(List<Picture> pictures, boolean keep, Deadline deadline) {
        if (pictures.isEmpty() || pictures.size() > MOST) {
            throw new WearOnException("VALIDATION_ERROR", "One call uploads 1 to " + MOST + " pictures.");
        }
        // All are read before the first one is sent.
        List<byte[]> contents = pictures.stream().map(Picture::read).toList();
        List<Map<String, Object>> files = new ArrayList<>();
        for (byte[] content : contents) {
            Map<String, Object> file = new HashMap<>(Map.of(
                    "file_name",
                    "picture-" + files.size(),
                    "content_type",
                    Picture.contentType(content),
                    "size",
                    content.length));
            if (keep) {
                file.put("keep", true);
            }
            files.add(file);
        }
        Answer answer = transport.call(Call.post("/api/v1/storage/uploads", Map.of("files", files)), deadline);
        List<Upload> uploads = answer.dataList("uploads", Upload.class);
        if (uploads.size() != contents.size()) {
            throw answer.unexpected("The response has another number of uploads than the request.");
        }
        for (int i = 0; i < contents.size(); i++) {
            send(uploads.get(i), contents.get(i), deadline);
        }
        return uploads;
    }

    /** A repeat is safe: the same bytes under the same URL get the first answer again. */
    private void send(Upload upload, byte[] content, Deadline deadline) {
        Answer answer = transport.transfer(upload.uploadUrl(), upload.headers(), content, LONGEST_ANSWER, deadline);
        JsonNode size = answer.json().path("size");
        // Another server, such as the login page of a network, may say 200 to everything.
        if (!size.isIntegralNumber() || size.longValue() != content.length) {
            throw answer.unexpected("The response does not say that the picture is stored.");
        }
    }
}
