package dev.wearon.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wearon.client.errors.WearOnException;
import dev.wearon.client.model.Upload;
import dev.wearon.client.transport.Answer;
import dev.wearon.client.transport.Call;
import dev.wearon.client.transport.Deadline;
import dev.wearon.client.transport.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Pictures that a create can use, for the retention of the store. */
public final class Uploads {

    private static final int MOST = 10;
    private static final int LONGEST_ANSWER = 64 * 1024;

    private final Transport transport;

    Uploads(Transport transport) {
        this.transport = transport;
    }

    /** Uploads a JPEG, PNG or WebP picture of at most 10 MiB. */
    public Upload put(Picture picture) {
        return putAll(List.of(picture)).get(0);
    }

    /** Uploads one to ten pictures. They count as one request against the rate limit. The uploads are in the same order. */
    public List<Upload> putAll(List<Picture> pictures) {
        return putAll(pictures, transport.deadline(Transport.UPLOAD));
    }

    List<Upload> putAll(List<Picture> pictures, Deadline deadline) {
        if (pictures.isEmpty() || pictures.size() > MOST) {
            throw new WearOnException("VALIDATION_ERROR", "One call uploads 1 to " + MOST + " pictures.");
        }
        // All are read before the first one is sent.
        List<byte[]> contents = pictures.stream().map(Picture::read).toList();
        List<Map<String, Object>> files = new ArrayList<>();
        for (byte[] content : contents) {
            files.add(Map.of(
                    "file_name",
                    "picture-" + files.size(),
                    "content_type",
                    Picture.contentType(content),
                    "size",
                    content.length));
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
