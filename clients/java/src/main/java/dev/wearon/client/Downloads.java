package dev.wearon.client;

import dev.wearon.client.errors.WearOnException;
import dev.wearon.client.model.Download;
import dev.wearon.client.model.Generation;
import dev.wearon.client.model.Upload;
import dev.wearon.client.transport.Call;
import dev.wearon.client.transport.Transport;
import java.util.List;
import java.util.Map;

/** The bytes of pictures, and signed URLs to read them. */
public final class Downloads {

    private static final int LARGEST = 32 * 1024 * 1024;

    private final Transport transport;

    Downloads(Transport transport) {
        this.transport = transport;
    }

    /** The picture of a completed try-on, as JPEG. */
    public byte[] get(Generation generation) {
        return get(generation.generatedImageUrl());
    }

    /** The bytes of an uploaded picture. */
    public byte[] get(Upload upload) {
        return get(upload.imageUrl());
    }

    /** The bytes behind a signed URL. */
    public byte[] get(Download download) {
        return get(download.downloadUrl());
    }

    /** The bytes behind a signed URL. */
    public byte[] get(String signedUrl) {
        if (signedUrl == null) {
            throw new WearOnException("NOT_FOUND", "There is no picture to download.");
        }
        return transport
                .transfer(signedUrl, Map.of(), null, LARGEST, transport.deadline(Transport.CALL))
                .body();
    }

    /** New signed URLs for up to 100 paths, in their order. The URL of a picture that is gone is null. */
    public List<Download> sign(List<String> paths) {
        return transport
                .call(Call.post("/api/v1/storage/downloads", Map.of("paths", paths)))
                .dataList("downloads", Download.class);
    }
}
