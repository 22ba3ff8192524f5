package dev.wearon.storage.urls;

import dev.wearon.identity.Principal;
import dev.wearon.routes.JsonCall;
import dev.wearon.routes.JsonRoutes;
import dev.wearon.routes.JsonRoutes.Endpoint;
import dev.wearon.storage.catalog.ObjectPath;
import dev.wearon.storage.catalog.Objects;
import dev.wearon.storage.catalog.StoredObject;
import dev.wearon.storage.faults.Unavailable;
import dev.wearon.storage.signing.SignedUrl;
import dev.wearon.storage.signing.SignedUrls;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Signs URLs to read the objects of a store, or of one of its shoppers. */
@Singleton
class DownloadsResource {

    private static final int MAX_PATHS = 100;
    private static final int MAX_PATH_LENGTH = 255;

    record Request(List<String> paths) {}

    /** Has no URL if the object is missing, expired or not the caller's. A client cannot distinguish these cases. */
    record Download(String path, String downloadUrl, Instant expiresAt) {}

    record Answer(List<Download> downloads) {}

    private final Objects objects;
    private final SignedUrls signedUrls;
    private final int maxBytes;

    DownloadsResource(
            Objects objects,
            SignedUrls signedUrls,
            @ConfigProperty(name = "wearon.storage.json-max-bytes") int maxBytes) {
        this.objects = objects;
        this.signedUrls = signedUrls;
        this.maxBytes = maxBytes;
    }

    void serve(@Observes Router router, JsonRoutes routes) {
        routes.serve(router, "/api/v1/storage/downloads", Endpoint.post(Principal.OfStore.class, maxBytes, this::sign));
    }

    private Uni<JsonRoutes.Answer> sign(JsonCall call) throws IOException {
        Request request = Violations.requireBody(call.body(Request.class));
        new Violations()
                .requireTexts("paths", request.paths(), 1, MAX_PATHS, MAX_PATH_LENGTH)
                .throwIfAny();
        Map<String, ObjectPath> paths = new HashMap<>();
        request.paths().forEach(text -> ObjectPath.parse(text).ifPresent(path -> paths.put(text, path)));
        Principal.OfStore caller = call.ofStore();
        return objects.findLive(caller.storeId(), caller.confinedTo(), paths.values())
                .map(live -> JsonRoutes.Answer.ok(new Answer(request.paths().stream()
                        .map(text -> download(
                                text, Optional.ofNullable(paths.get(text)).map(live::get)))
                        .toList())))
                .onFailure()
                .transform(Unavailable::of);
    }

    private Download download(String text, Optional<StoredObject> object) {
        Optional<SignedUrl> signed = object.map(it -> signedUrls.read(text, it.expiresAt()));
        return new Download(
                text,
                signed.map(SignedUrl::url).orElse(null),
                signed.map(SignedUrl::expiresAt).orElse(null));
    }
}
